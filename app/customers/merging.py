"""Two rows are one person: what belongs to one goes to the other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import permutations
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
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
_MOST_TURNED = 4  # Words of a name, whose orders are few enough to be looked up one by one.


class SamePerson(DomainError):
    """Nobody is merged with themselves."""

    message = _("Please choose somebody else.")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers who may be one person, `because` of one "phone" number, "email" mailbox or "name"."""

    one: Customer
    other: Customer
    because: str


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
    """Customers who may be the same person: one phone number, one mailbox, or one name, as `duplicates_in` says."""
    words = order_of(customer.name)[len(ORDER) :].split()
    turned = [words] if len(words) > _MOST_TURNED else permutations(words)
    same_name = select(CustomerWord.customer_id).where(
        CustomerWord.business_id == customer.business_id,
        CustomerWord.word.in_({f"{ORDER}{' '.join(it)}" for it in turned}),
    )
    like: list[ColumnElement[bool]] = [Customer.id.in_(same_name)]
    if customer.phone:
        like.append(Customer.phone == customer.phone)
    if customer.email:
        like.append(_mailbox(Customer.email) == _mailbox(literal(customer.email)))
    alive = select(Customer).filter_by(business_id=customer.business_id, merged_into=None, erased_at=None)
    found = alive.where(or_(*like), Customer.id != customer.id).order_by(Customer.id).limit(MOST_SHOWN)
    return list(db.session.scalars(found))


def duplicates_in(business_id: int) -> list[Pair]:
    """Pairs of customers who may be one person: by phone number, then by mailbox, then by name. Three statements.

    A mailbox is the same with something behind a + in it, and with Gmail's dots and other name; a name is the same
    with its words in another order, without its accents, and with ue for ü.
    """
    found: dict[tuple[int, int], Pair] = {}
    for because, pairs in (
        ("phone", _by_phone(business_id)),
        ("email", _alike(business_id, _mailboxes(business_id))),
        ("name", _alike(business_id, _names(business_id))),
    ):
        for one, other in pairs:
            found.setdefault((one.id, other.id), Pair(one, other, because))
    return list(found.values())


def _by_phone(business_id: int) -> Iterable[tuple[Customer, Customer]]:
    one, other = aliased(Customer), aliased(Customer)
    those = select(one, other).where(
        *_alive(business_id, one), *_alive(business_id, other), one.phone == other.phone, one.id < other.id
    )
    rows = db.session.execute(those.order_by(one.id, other.id).limit(MOST_SHOWN))
    return [(first, second) for first, second in rows]


def _mailboxes(business_id: int) -> Select[int, str]:
    rows = select(Customer.id, _mailbox(Customer.email).label("key"))
    return rows.where(*_alive(business_id, Customer), Customer.email.is_not(None))


def _names(business_id: int) -> Select[int, str]:
    """Each customer with the words of their name in the order of the alphabet."""
    plain = func.regexp_replace(func.substr(CustomerWord.word, len(ORDER) + 1), "([aou])e", r"\1", "g")
    word = func.unnest(func.string_to_array(plain, " ")).column_valued("part")
    key = select(func.string_agg(word, aggregate_order_by(literal(" "), word))).scalar_subquery()
    rows = select(CustomerWord.customer_id.label("id"), key.label("key"))
    return rows.where(CustomerWord.business_id == business_id, CustomerWord.word.like(f"{ORDER}%"))


def _alike(business_id: int, keys: Select[int, str]) -> Iterable[tuple[Customer, Customer]]:
    """The first and the last customer of each key that several have."""
    key, one, other = keys.subquery(), aliased(Customer), aliased(Customer)
    first, last = func.min(key.c.id).label("first"), func.max(key.c.id).label("last")
    several = select(first, last).group_by(key.c.key).having(func.count() > 1)
    ends = several.order_by(first).limit(MOST_SHOWN).subquery()
    rows = select(one, other).where(
        *_alive(business_id, one),
        *_alive(business_id, other),
        one.id == ends.c.first,
        other.id == ends.c.last,
    )
    return [(first, second) for first, second in db.session.execute(rows.order_by(one.id))]


def _alive(business_id: int, of: Any) -> list[ColumnElement[bool]]:
    return [of.business_id == business_id, of.merged_into.is_(None), of.erased_at.is_(None)]


def _mailbox(email: Any) -> ColumnElement[str]:
    """Where mail to an address ends up, as far as that is known of all mailboxes or of Gmail's."""
    domain = func.regexp_replace(func.split_part(email, "@", 2), "^googlemail[.]com$", "gmail.com")
    name = func.split_part(func.split_part(email, "@", 1), "+", 1)
    bare = case((domain == "gmail.com", func.replace(name, ".", "")), else_=name)
    return func.concat(bare, "@", domain)


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
