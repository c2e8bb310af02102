"""The words a customer is found by."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Text, cast, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.core.text import words_of
from app.customers.models import Customer, CustomerWord

ORDER = "="
NUMBER = "#"
_LONGEST_ORDER = 120
_AT_ONCE = 1000
_KEEP = insert(CustomerWord).on_conflict_do_nothing()


def remember_words(customer: Customer, *, is_new: bool = False) -> None:
    """Keep the words of the name and the e-mail address, the end of the phone number, and the place in a list.

    Whoever changes one of these calls it in the same transaction. A walk-in nobody knows the name of has none, so that
    no list and no search is full of them; who was merged or erased loses theirs.
    """
    is_gone = customer.merged_into is not None or customer.erased_at is not None
    words = set() if is_gone else set(_words(customer.name, customer.email, customer.phone))
    key = {"business_id": customer.business_id, "customer_id": customer.id}
    if not is_new:
        old = delete(CustomerWord).filter_by(**key).where(CustomerWord.word.not_in(words))
        db.session.execute(old)
    if words:
        db.session.execute(_KEEP, [key | {"word": word} for word in words])


def remember_all_words() -> Iterator[int]:
    """Do so for every customer with an address or a number, those from before there was a search too.

    How many, a thousand at a time: the caller commits after each. Who has neither has had words from the beginning, or
    is a walk-in.
    """
    reachable = Customer.email.is_not(None) | Customer.phone.is_not(None)
    alive = Customer.merged_into.is_(None), Customer.erased_at.is_(None)
    columns = Customer.id, Customer.business_id, Customer.name, Customer.email, Customer.phone
    after, some = 0, select(*columns).where(reachable, *alive).order_by(Customer.id).limit(_AT_ONCE)
    while rows := db.session.execute(some.where(Customer.id > after)).all():
        add_words([(it.id, it.business_id, it.name, it.email, it.phone) for it in rows])
        after = rows[-1][0]
        yield len(rows)


def add_words(people: Sequence[tuple[int, int, str, str | None, str | None]]) -> None:
    """Keep the words of many at once: (id, business, name, e-mail, phone) of each. None is taken away."""
    words = [
        (business, customer, word)
        for customer, business, name, email, phone in people
        for word in set(_words(name, email, phone))
    ]
    if not words:
        return
    # One statement, because thousands of words one by one are thousands of ways to the database and back.
    types: Sequence[Any] = BigInteger(), BigInteger(), Text()
    lists: Iterator[Any] = (
        cast(list(column), ARRAY(of)) for column, of in zip(zip(*words, strict=True), types, strict=True)
    )
    names = ["business_id", "customer_id", "word"]
    found = func.unnest(*lists).table_valued(*names).render_derived(name="found")
    keep = insert(CustomerWord).from_select(names, select(*found.c)).on_conflict_do_nothing()
    db.session.execute(keep)


def order_of(name: str) -> str:
    """Where a name stands in a list: as people expect it, whatever the order of the database's own."""
    return ORDER + " ".join(words_of(name))[:_LONGEST_ORDER]


def number_of(digits: str) -> str:
    """How the end of a phone number is looked up: from behind."""
    return NUMBER + digits[::-1]


def _words(name: str, email: str | None, phone: str | None) -> Iterator[str]:
    yield order_of(name)
    yield from words_of(name)
    yield from words_of(email or "")
    digits = "".join(c for c in phone or "" if c.isascii() and c.isdigit())
    if digits:
        yield number_of(digits)
