"""Customers who cannot book by themselves any more."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.audit.models import record
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.customers.locking import lock_customer
from app.customers.meeting import Contact
from app.customers.models import Customer

THEMSELVES = ("visitor", "customer")


class CallUs(DomainError):
    """Somebody who is blocked tries by themselves. Nothing tells them so: others may be asked to call, too."""

    status = 403
    message = _("This cannot be done online. Please call us, and we will gladly help.")


def block(customer: Customer, reason: str | None, *, by: Actor, now: datetime) -> None:
    """From now on they cannot book, move or wait by themselves. What is booked stays; members can book for them."""
    _write(customer, {"blocked": True, "blocked_reason": reason}, "customer.blocked", by=by, now=now)


def unblock(customer: Customer, *, by: Actor, now: datetime) -> None:
    """They can book by themselves again."""
    _write(customer, {"blocked": False, "blocked_reason": None}, "customer.unblocked", by=by, now=now)


def refuse_blocked(business_id: int, *, by: Actor, contact: Contact, customer_id: int | None = None) -> None:
    """Raise CallUs where whoever acts for themselves is blocked, by who they are, their e-mail or their phone number.

    Members and Daybook itself are never refused.
    """
    if by.kind not in THEMSELVES:
        return
    meant = [Customer.id == customer_id] if customer_id else []
    if contact.email:
        meant.append(Customer.email == contact.email)
    if contact.phone:
        meant.append(Customer.phone == contact.phone)
    if not meant:
        return
    # Whoever was merged is who they were merged with, and the address and the number they had are theirs still.
    today = aliased(Customer)
    is_today = today.id == func.coalesce(Customer.merged_into, Customer.id)
    found = (
        select(Customer.id)
        .join(today, and_(today.business_id == Customer.business_id, is_today))
        .where(Customer.business_id == business_id, Customer.erased_at.is_(None), or_(*meant), today.blocked)
    )
    if db.session.scalar(select(exists(found))):
        raise CallUs


def _write(
    customer: Customer, new: dict[str, bool | str | None], action: str, *, by: Actor, now: datetime
) -> None:
    """Twice changes nothing."""
    lock_customer(customer)
    changes = {
        name: [getattr(customer, name), value]
        for name, value in new.items()
        if getattr(customer, name) != value
    }
    if not changes:
        return
    for name, value in new.items():
        setattr(customer, name, value)
    record(action, "customer", customer.id, by=by, at=now, business_id=customer.business_id, changes=changes)
    db.session.flush()
