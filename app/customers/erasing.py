"""Somebody is forgotten: the row stays, so that what was taken and who came still add up, with nobody in it."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.audit.forgetting import NOBODY
from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.customers.belonging import Person, forget_everywhere, told_everywhere
from app.customers.completing import CustomerGone
from app.customers.models import Customer


class OtherName(DomainError):
    """What was typed is not the name, so perhaps somebody else is meant."""

    message = _("That is not the name. Please type it as it stands above.")


def erase(customer: Customer, typed: str, *, by: Actor, now: datetime) -> None:
    """Forget a customer and all who were merged into them, everywhere. It cannot be taken back.

    `typed` is their name, to be sure. Raises OtherName, CustomerGone, and what rooms have against it, such as bookings
    ahead; then the caller rolls back.
    """
    business_id = customer.business_id
    lock_schedule(business_id)
    db.session.refresh(customer, with_for_update=True)
    if customer.merged_into is not None or customer.erased_at is not None:
        raise CustomerGone
    if " ".join(typed.split()).casefold() != " ".join(customer.name.split()).casefold():
        raise OtherName
    forget_everywhere(person_of(customer), now)
    record("customer.erased", "customer", customer.id, by=by, at=now, business_id=business_id)
    db.session.flush()


def everything_about(customer: Customer, now: datetime) -> dict[str, Any]:
    """All that is kept of a customer: plain values, moments in UTC, money in minor units."""
    return {"exported_at": now.isoformat(), **told_everywhere(person_of(customer))}


def person_of(customer: Customer) -> Person:
    """A customer with all who were merged into them."""
    rows = select(Customer.id, Customer.name, Customer.email, Customer.phone).where(
        Customer.business_id == customer.business_id,
        func.coalesce(Customer.merged_into, Customer.id) == customer.id,
        (Customer.id == customer.id) | (Customer.merged_into == customer.id),
    )
    found = db.session.execute(rows).all()
    words = {word for _id, *some in found for word in some if word and word != NOBODY}
    return Person(customer.business_id, sorted(it[0] for it in found), sorted(words))
