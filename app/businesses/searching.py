"""Finding a business by its name, its town or its trade."""

from typing import Any

from sqlalchemy import Select, case, false, func, select

from app.businesses.models import Business, BusinessWord
from app.core.db import db
from app.core.paging import Page, nearest_page
from app.core.text import words_of

PAGE = 20
MOST_WORDS = 6
MOST_TOWNS = 12

# Lists go by name as people expect it, whatever the database's own order: Ärzte stands before Bob.
_LETTERS = [
    (letter, base)
    for letter in map(chr, [*range(0x41, 0x5B), *range(0xC0, 0x180)])
    if len(base := "".join(words_of(letter))) == 1
]
# Looking at each letter takes long, and most names have none but plain ones: as many bytes as letters.
_NAME_ORDER = case(
    (func.octet_length(Business.name) == func.char_length(Business.name), func.lower(Business.name)),
    else_=func.translate(Business.name, *("".join(letters) for letters in zip(*_LETTERS, strict=True))),
)


def search(text: str, town: str | None = None, page: int = 1) -> Page[Business]:
    """The listed, open businesses with a word that begins with each word of `text`, in this town if one is given.

    Those with a word exactly as it was typed come first, then it goes by name. A page that does not exist is the last.
    """
    words = words_of(text)[:MOST_WORDS]
    found = _matching(words, town, is_nothing=bool(text.strip()) and not words)
    total = db.session.scalar(found.with_only_columns(func.count())) or 0
    page = nearest_page(page, total, PAGE)
    exact = (
        select(func.count())
        .select_from(BusinessWord)
        .where(BusinessWord.business_id == Business.id, BusinessWord.word.in_(words))
        .scalar_subquery()
    )
    order = [exact.desc(), _NAME_ORDER, Business.id] if words else [_NAME_ORDER, Business.id]
    rows = found.order_by(*order).limit(PAGE).offset((page - 1) * PAGE) if total else None
    return Page(list(db.session.scalars(rows)) if rows is not None else [], total, page, PAGE)


def towns() -> list[str]:
    """The towns with the most businesses to find, those with many first."""
    named = (
        select(func.min(Business.city))
        .where(Business.status == "open", Business.listed, Business.city.is_not(None))
        .group_by(func.lower(Business.city))
        .order_by(func.count().desc(), func.lower(Business.city))
    )
    return list(db.session.scalars(named.limit(MOST_TOWNS)))


def _matching(words: list[str], town: str | None, *, is_nothing: bool) -> Select[Any]:
    """Every word is looked up by its beginning, which the index on words answers. They hold no wildcards."""
    found = select(Business).where(Business.status == "open", Business.listed)
    if is_nothing:
        return found.where(false())
    for word in words:
        having = select(BusinessWord.business_id).where(BusinessWord.word.like(f"{word}%"))
        found = found.where(Business.id.in_(having))
    return found.where(func.lower(Business.city) == func.lower(town)) if town else found
