"""Two rows are one person: what belongs to one goes to the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import aliased

from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.core.actor import Actor
from app.core.db import Model, db
from app.core.errors import DomainError
from app.customers.belonging import tables_of_customers
from app.customers.completing import CustomerGone
from app.customers.models import Customer, CustomerWord
from app.customers.wording import ORDER, order_of, remember_words

CHOSEN = ("name", "email", "phone", "language")
MOST_SHOWN = 20


class SamePerson(DomainError):
    """Nobody is merged with themselves."""

    message = _("Please choose somebody else.")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers who may be one person, and whether that is because of their phone number or of their name."""

    one: Customer
    other: Customer
    by_phone: bool


def merge(
    business_id: int,
    survivor_id: int,
    other_id: int,
    *,
    from_other: frozenset[str] = frozenset(),
    by: Actor,
    now: datetime,
) -> Customer:
    """Give everything of one customer to the survivor, who also gets what the survivor has not.

    `from_other` names the columns of CHOSEN of which the other's value is the right one. The other's row stays, without
    words, and points to the survivor, so that its links and its e-mail address lead there. Whoever of the two was
    blocked, the survivor is. Raises SamePerson, CustomerGone; then the caller rolls back.
    """
    if survivor_id == other_id:
        raise SamePerson
    lock_schedule(business_id)
    survivor, other = _lock(business_id, survivor_id, other_id)
    values = _values(survivor, other, from_other)
    changes = {name: [getattr(survivor, name), value] for name, value in values.items()}
    changes = {name: both for name, both in changes.items() if both[0] != both[1]}
    other.merged_into, other.user_id, other.tags = survivor.id, None, []
    other.blocked, other.blocked_reason = False, None
    remember_words(other)
    db.session.flush()
    for name, value in values.items():
        setattr(survivor, name, value)
    moved = {table.__tablename__: _hand_over(table, survivor, other) for table in tables_of_customers()}
    earlier = update(Customer).filter_by(business_id=business_id, merged_into=other.id)
    db.session.execute(earlier.values(merged_into=survivor.id))
    remember_words(survivor)
    note = {
        "merged": [other.id, survivor.id],
        "moved": [None, {name: ids for name, ids in moved.items() if ids}],
    }
    record(
        "customer.merged",
        "customer",
        survivor.id,
        by=by,
        at=now,
        business_id=business_id,
        changes=changes | note,
    )
    db.session.flush()
    return survivor


def others_like(customer: Customer) -> list[Customer]:
    """Customers who may be the same person: with the same phone number, or with the same name once it is folded."""
    alive = select(Customer).filter_by(business_id=customer.business_id, merged_into=None, erased_at=None)
    same_name = select(CustomerWord.customer_id).filter_by(
        business_id=customer.business_id, word=order_of(customer.name)
    )
    like: list[ColumnElement[bool]] = [Customer.id.in_(same_name)]
    if customer.phone:
        like.append(Customer.phone == customer.phone)
    found = alive.where(or_(*like), Customer.id != customer.id).order_by(Customer.id).limit(MOST_SHOWN)
    return list(db.session.scalars(found))


def duplicates_in(business_id: int) -> list[Pair]:
    """Pairs of customers who may be one person, those with one phone number first. Two statements."""
    one, other = aliased(Customer), aliased(Customer)
    alive = [
        condition
        for it in (one, other)
        for condition in (it.business_id == business_id, it.merged_into.is_(None), it.erased_at.is_(None))
    ]
    by_phone = select(one, other).where(*alive, one.phone == other.phone, one.id < other.id)
    pairs = [
        Pair(*row, by_phone=True)
        for row in db.session.execute(by_phone.order_by(one.id, other.id).limit(MOST_SHOWN))
    ]
    word = CustomerWord.word
    named = (
        select(func.min(CustomerWord.customer_id), func.max(CustomerWord.customer_id))
        .where(CustomerWord.business_id == business_id, word.like(f"{ORDER}%"))
        .group_by(word)
        .having(func.count() > 1)
        .order_by(func.min(CustomerWord.customer_id))
        .limit(MOST_SHOWN)
        .subquery()
    )
    first, last = named.c
    by_name = select(one, other).where(*alive, one.id == first, other.id == last)
    known = {(it.one.id, it.other.id) for it in pairs}
    rows = db.session.execute(by_name.order_by(one.id))
    return [*pairs, *(Pair(*row, by_phone=False) for row in rows if (row[0].id, row[1].id) not in known)]


def _lock(business_id: int, survivor_id: int, other_id: int) -> tuple[Customer, Customer]:
    """Both rows by id, so that two who merge the same pair wait for each other."""
    rows = select(Customer).where(
        Customer.business_id == business_id,
        Customer.id.in_((survivor_id, other_id)),
        Customer.merged_into.is_(None),
        Customer.erased_at.is_(None),
    )
    locked = rows.order_by(Customer.id).with_for_update().execution_options(populate_existing=True)
    found = {it.id: it for it in db.session.scalars(locked)}
    if len(found) < 2:
        raise CustomerGone
    return found[survivor_id], found[other_id]


def _values(survivor: Customer, other: Customer, from_other: frozenset[str]) -> Mapping[str, Any]:
    chosen = {
        name: getattr(other, name)
        if name in from_other or getattr(survivor, name) is None
        else getattr(survivor, name)
        for name in CHOSEN
    }
    known = {it.casefold() for it in survivor.tags}
    return chosen | {
        "user_id": survivor.user_id or other.user_id,
        "tags": [*survivor.tags, *(it for it in other.tags if it.casefold() not in known)],
        "unwanted": [*survivor.unwanted, *(it for it in other.unwanted if it not in survivor.unwanted)],
        "blocked": survivor.blocked or other.blocked,
        "blocked_reason": survivor.blocked_reason or other.blocked_reason,
    }


def _hand_over(table: type[Model], survivor: Customer, other: Customer) -> list[Any]:
    """What moved, by id: whoever has to take a wrong merger apart reads it in the audit."""
    rows: Any = table
    key = getattr(rows, "id", None) or rows.line
    theirs = update(rows).where(rows.business_id == other.business_id, rows.customer_id == other.id)
    return sorted(db.session.scalars(theirs.values(customer_id=survivor.id).returning(key)))
