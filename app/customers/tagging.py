"""Words a business sorts its customers by."""

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.audit.models import record
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.customers.locking import lock_customer
from app.customers.models import Customer

MOST_TAGS = 20
LONGEST_TAG = 40
MOST_SUGGESTED = 200


class TooManyTags(DomainError):
    """A customer has as many as are still of use."""

    message = _("A customer can have up to 20 tags. Please take one away first.")


def add_tag(customer: Customer, tag: str, *, by: Actor, now: datetime) -> None:
    """Give a customer a tag, spelled as it already is in this business; twice changes nothing.

    Raises TooManyTags, CustomerGone.
    """
    lock_customer(customer)
    tag = _known_spelling(customer.business_id, tag)
    if any(it.casefold() == tag.casefold() for it in customer.tags):
        return
    if len(customer.tags) >= MOST_TAGS:
        raise TooManyTags
    _write(customer, [*customer.tags, tag], by=by, now=now)


def remove_tag(customer: Customer, tag: str, *, by: Actor, now: datetime) -> None:
    """Take a tag away; one they do not have changes nothing."""
    lock_customer(customer)
    if tag in customer.tags:
        _write(customer, [it for it in customer.tags if it != tag], by=by, now=now)


def tags_in_use(business_id: int) -> list[tuple[str, int]]:
    """The tags of a business and how many customers have each, by what they are called."""
    tag = func.unnest(Customer.tags).label("tag")
    alive = Customer.merged_into.is_(None), Customer.erased_at.is_(None)
    tagged = select(tag).where(Customer.business_id == business_id, Customer.tags != [], *alive).subquery()
    counted = select(tagged.c.tag, func.count()).group_by(tagged.c.tag).order_by(func.count().desc())
    found = db.session.execute(counted.limit(MOST_SUGGESTED)).all()
    return sorted(((it[0], it[1]) for it in found), key=lambda it: it[0].casefold())


def spellings(business_id: int, tags: Iterable[str]) -> dict[str, str]:
    """How these tags are spelled here, by their casefolded form: as most customers have them, else as they first came.

    One statement, none without tags.
    """
    wanted: dict[str, str] = {}
    for it in tags:
        wanted.setdefault(it.casefold(), it)
    if not wanted:
        return {}
    tag = func.unnest(Customer.tags).label("tag")
    alive = Customer.merged_into.is_(None), Customer.erased_at.is_(None)
    used = select(tag).where(Customer.business_id == business_id, Customer.tags != [], *alive).subquery()
    lowered = {form for it in wanted.values() for form in (it.lower(), it.casefold())}
    counted = select(used.c.tag).where(func.lower(used.c.tag).in_(lowered)).group_by(used.c.tag)
    for it in db.session.scalars(counted.order_by(func.count(), used.c.tag.desc())):
        wanted[it.casefold()] = it
    return wanted


def _known_spelling(business_id: int, tag: str) -> str:
    """As others have it: "VIP" and "vip" are one."""
    same = (it for it, _count in tags_in_use(business_id) if it.casefold() == tag.casefold())
    return next(same, tag)


def _write(customer: Customer, tags: list[str], *, by: Actor, now: datetime) -> None:
    record(
        "customer.tagged",
        "customer",
        customer.id,
        by=by,
        at=now,
        business_id=customer.business_id,
        changes={"tags": [list(customer.tags), tags]},
    )
    customer.tags = tags
    db.session.flush()
