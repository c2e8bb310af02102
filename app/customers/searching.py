"""Finding customers by the beginnings of words, or by the end of a phone number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, TextClause, and_, case, func, or_, select, text
from sqlalchemy.sql.elements import ColumnElement

from app.core.db import db
from app.core.text import words_of
from app.customers.models import Customer, CustomerWord
from app.customers.wording import ORDER, number_of, order_of

PAGE = 50
MOST_MATCHES = 8
MOST_WORDS = 6
FEWEST_LETTERS = 2
FEWEST_DIGITS = 3
_PHONE = re.compile(r"[\d\s()+/.\-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list: `total` in all, `first` the place of its first, counted from 1."""

    customers: list[Customer]
    total: int
    page: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.customers) - 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def find_customer(business_id: int, customer_id: int) -> Customer | None:
    """A customer of the business who was neither merged with another nor erased."""
    found = db.session.get(Customer, (business_id, customer_id))
    return found if found and found.merged_into is None and found.erased_at is None else None


def search(business_id: int, typed: str, page: int = 1, among: Select[Any] | None = None) -> Found:
    """The customers that `typed` means, all without any, by name; `among` are the ids they must be one of.

    A page that does not exist is the last.
    """
    found = _listed(business_id, typed, among)
    total = db.session.scalar(found.with_only_columns(func.count())) or 0
    page = min(max(page, 1), max(1, -(-total // PAGE)))
    rows = found.order_by(*_by_name()).limit(PAGE).offset((page - 1) * PAGE)
    return Found(list(db.session.scalars(rows)) if total else [], total, page)


def matches(business_id: int, typed: str) -> list[Customer]:
    """At most eight customers that `typed` means, those whose name begins with it first; none for a single letter."""
    if len("".join(words_of(typed))) < FEWEST_LETTERS:
        return []
    found = _listed(business_id, typed, None)
    begins = case((_begins(order_of(typed)), 0), else_=1)
    return list(db.session.scalars(found.order_by(begins, *_by_name()).limit(MOST_MATCHES)))


def _listed(business_id: int, typed: str, among: Select[Any] | None) -> Select[Customer]:
    """Each customer with their place in the list, which is a word like the others and read from the same index."""
    found = (
        select(Customer)
        .join(
            CustomerWord,
            and_(
                CustomerWord.business_id == Customer.business_id,
                CustomerWord.customer_id == Customer.id,
            ),
        )
        .where(
            CustomerWord.business_id == business_id,
            _begins(ORDER),
            Customer.merged_into.is_(None),
            Customer.erased_at.is_(None),
        )
    )
    for ways in _wanted(typed):
        found = found.where(CustomerWord.customer_id.in_(_having(business_id, ways)))
    return found if among is None else found.where(CustomerWord.customer_id.in_(among))


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
    word = or_(*map(_begins, ways)) if ways else CustomerWord.word.is_(None)
    return select(CustomerWord.customer_id).where(CustomerWord.business_id == business_id, word)


def _begins(beginning: str) -> ColumnElement[bool]:
    return CustomerWord.word.like(f"{beginning}%")


def _by_name() -> tuple[TextClause, Any]:
    """In the order of the index on words."""
    return text("customer_words.word USING ~<~"), Customer.id
