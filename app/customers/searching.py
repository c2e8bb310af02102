"""Finding customers by the beginnings of words, or by the end of a phone number."""

import re
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, TextClause, false, func, or_, select, text
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from app.core.db import db
from app.core.paging import Page, nearest_page
from app.core.text import words_of
from app.customers.models import Customer, CustomerWord
from app.customers.wording import ORDER, number_of, order_of

PAGE = 50
AT_ONCE = 500
MOST_MATCHES = 8
# How far down a list it is quicker to look for the highest ranks than to rank everybody.
MOST_HIGHEST = 1000
MOST_WORDS = 6
FEWEST_LETTERS = 2
FEWEST_DIGITS = 3
_PHONE = re.compile(r"[\d\s()+/.\-]+", re.ASCII)


def find_customer(business_id: int, customer_id: int) -> Customer | None:
    """A customer of the business who was neither merged with another nor erased."""
    found = db.session.get(Customer, (business_id, customer_id))
    return found if found and found.merged_into is None and found.erased_at is None else None


def merged_into(business_id: int, customer_id: int) -> int | None:
    """The id of whoever a customer was merged with."""
    found = db.session.get(Customer, (business_id, customer_id))
    return found.merged_into if found else None


@dataclass(frozen=True, slots=True)
class Ranking:
    """An order other than by name, as statements with two columns, customer_id and rank; the highest rank comes first.

    `of` ranks everybody, or these ids alone. `highest`, where there is such a way, ranks completely at least so many of
    those with the highest ranks without looking at the others.
    """

    of: Callable[[Select[int] | None], Select[Any]]
    highest: Callable[[int], Select[Any]] | None = None


def search(
    business_id: int,
    typed: str,
    page: int = 1,
    among: Sequence[Select[Any]] = (),
    ranking: Ranking | None = None,
    size: int = PAGE,
) -> Page[Customer]:
    """The customers that `typed` means, all without any, by name; each of `among` are ids they must be one of.

    With a `ranking` those without a rank come last. A page that does not exist is the last.
    """
    found, is_everybody = _listed(business_id, typed, among), not (typed.strip() or among)
    counted = _count_of_all(business_id) if is_everybody else found.with_only_columns(func.count())
    total = db.session.scalar(counted) or 0
    page = nearest_page(page, total, size)
    if not total:
        return Page([], 0, page, size)
    within = _Within((page - 1) * size, min(size, total - (page - 1) * size))
    if ranking is None:
        ids = within.of(found.order_by(*_by_name()))
    else:
        ids = _ranked(found, ranking, within, is_everybody=is_everybody)
    return Page(_load(business_id, ids), total, page, size)


def search_all(
    business_id: int, typed: str, among: Sequence[Select[Any]] = (), ranking: Ranking | None = None
) -> Sequence[int]:
    """The ids of all customers that `search` would show, in the same order: eight bytes for each."""
    found = _listed(business_id, typed, among)
    if ranking is None:
        ids = found.order_by(*_by_name())
    else:
        ids = _behind_ranks(found, ranking, is_everybody=not (typed.strip() or among))
    return array("q", db.session.scalars(ids, execution_options={"yield_per": AT_ONCE}))


def load_listed(business_id: int, ids: Sequence[int]) -> list[Customer]:
    """These customers, in this order, but for those who were merged or erased since they were found."""
    return [it for it in _load(business_id, ids) if it.merged_into is None and it.erased_at is None]


class _Within(NamedTuple):
    """A part of a list that is there: from a place on, so many."""

    begin: int
    number: int

    def of(self, found: Select[int]) -> Sequence[int]:
        return db.session.scalars(found.limit(self.number).offset(self.begin)).all()


def _ranked(found: Select[int], ranking: Ranking, within: _Within, *, is_everybody: bool) -> Sequence[int]:
    end = within.begin + within.number
    if ranking.highest and end <= MOST_HIGHEST:
        highest = ranking.highest(end).subquery()
        first = found.join(highest, highest.c.customer_id == CustomerWord.customer_id)
        ids = within.of(first.order_by(highest.c.rank.desc(), *_by_name()))
        # Whoever is not among the highest stands behind all of them, so a full page of them is the page.
        if len(ids) == within.number:
            return ids
    return within.of(_behind_ranks(found, ranking, is_everybody=is_everybody))


def _behind_ranks(found: Select[int], ranking: Ranking, *, is_everybody: bool) -> Select[int]:
    """By rank, and by name those who have the same or none."""
    ranked = ranking.of(None if is_everybody else found).subquery()
    rest = found.outerjoin(ranked, ranked.c.customer_id == CustomerWord.customer_id)
    return rest.order_by(ranked.c.rank.desc().nulls_last(), *_by_name())


def matches(business_id: int, typed: str, *, masked: bool = False) -> list[Customer]:
    """At most eight customers that `typed` means, those whose name begins with it first; none for a single letter.

    `masked`: only those it means by what a masked line shows of them, so that nobody can guess the rest of it.
    """
    if len("".join(words_of(typed))) < FEWEST_LETTERS:
        return []
    listed = _listed(business_id, "").where(_begins(order_of(typed)))
    first = db.session.scalars(listed.order_by(*_by_name()).limit(MOST_MATCHES)).all()
    others: Sequence[int] = ()
    if len(first) < MOST_MATCHES:
        found = _listed(business_id, typed).where(CustomerWord.customer_id.not_in(first))
        others = db.session.scalars(found.order_by(*_by_name()).limit(MOST_MATCHES - len(first))).all()
    meant = _load(business_id, [*first, *others])
    return [it for it in meant if _is_shown_by(it, typed)] if masked else meant


def _is_shown_by(customer: Customer, typed: str) -> bool:
    """Whether what was typed is in the name, or is no more than the end of the number that is shown."""
    names = words_of(customer.name)
    end = (customer.phone or "")[-FEWEST_DIGITS:]
    return all(it == end or any(name.startswith(it) for name in names) for it in words_of(typed))


def _load(business_id: int, ids: Sequence[int]) -> list[Customer]:
    """These customers, in this order."""
    order = {customer: at for at, customer in enumerate(ids)}
    found = select(Customer).where(Customer.business_id == business_id, Customer.id.in_(order))
    return sorted(db.session.scalars(found) if order else (), key=lambda it: order[it.id])


def tagged(business_id: int, tag: str) -> Select[Any]:
    """The ids of those with a tag."""
    # The index holds nobody without tags.
    has_tags = Customer.tags != []
    return select(Customer.id).where(
        Customer.business_id == business_id, has_tags, Customer.tags.contains([tag])
    )


def blocked(business_id: int) -> Select[Any]:
    """The ids of those who cannot book by themselves."""
    return select(Customer.id).where(Customer.business_id == business_id, Customer.blocked)


def _listed(business_id: int, typed: str, among: Sequence[Select[Any]] = ()) -> Select[int]:
    """The ids of those in the list, who have a place in it as a word: nothing but words is read to find them."""
    found = select(CustomerWord.customer_id).where(CustomerWord.business_id == business_id, _begins(ORDER))
    for ways in _wanted(typed):
        found = found.where(CustomerWord.customer_id.in_(_having(business_id, ways)))
    for ids in among:
        found = found.where(CustomerWord.customer_id.in_(ids))
    return found


def _count_of_all(business_id: int) -> Select[int]:
    """How many are in the list, said as the index says it that holds them alone."""
    word, end = CustomerWord.word, chr(ord(ORDER) + 1)
    places = word.bool_op("~>=~")(ORDER) & word.bool_op("~<~")(end)
    return select(func.count()).where(CustomerWord.business_id == business_id, places)


def _wanted(typed: str) -> list[Sequence[str]]:
    """For each thing that was typed the beginnings of words it may stand for. They hold no wildcards."""
    digits = "".join(c for c in typed if c.isascii() and c.isdigit())
    if _PHONE.fullmatch(typed) and len(digits) >= FEWEST_DIGITS:
        return [_of_digits(digits)]
    words = words_of(typed)[:MOST_WORDS]
    if typed.strip() and not words:
        return [()]
    return [_of_digits(it) if it.isascii() and it.isdigit() else (it,) for it in words]


def _of_digits(digits: str) -> Sequence[str]:
    """Digits are the end of a number, dialled from here or from abroad, or they begin a word."""
    number = digits.lstrip("0")
    return (digits, number_of(number)) if len(number) >= FEWEST_DIGITS else (digits,)


def _having(business_id: int, ways: Sequence[str]) -> Select[int]:
    another = aliased(CustomerWord)
    word = or_(*(_begins(it, another) for it in ways)) if ways else false()
    return select(another.customer_id).where(another.business_id == business_id, word)


def _begins(beginning: str, of: type[CustomerWord] = CustomerWord) -> ColumnElement[bool]:
    return of.word.like(f"{beginning}%")


def _by_name() -> tuple[TextClause, Any]:
    """In the order of the index on words."""
    return text("customer_words.word USING ~<~"), CustomerWord.customer_id
