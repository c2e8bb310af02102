"""All businesses there are, and what admins decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from app.appointments.models import Booking
from app.audit.models import AuditEvent
from app.auth.models import User
from app.businesses.models import Business, Membership
from app.core.db import db
from app.core.paging import Page, nearest_page
from app.orders.models import Order

PAGE = 50
STATES = ("open", "draft", "suspended")


@dataclass(frozen=True, slots=True)
class Listed:
    """A business with how many work there, and when something was last booked or ordered (UTC)."""

    business: Business
    members: int
    booked_at: datetime | None


def businesses_like(typed: str, state: str | None, number: int) -> Page[Listed]:
    """A page of the businesses whose name, town or address has these letters, or a member whose e-mail has them.

    The newest first; with `state` only those. Two statements.
    """
    rules = _rules(typed, state)
    total = db.session.scalar(select(func.count()).select_from(Business).where(rules)) or 0
    number = nearest_page(number, total, PAGE)
    newest = (
        select(Business, _members(), _last(Booking), _last(Order)).where(rules).order_by(Business.id.desc())
    )
    rows = db.session.execute(newest.offset((number - 1) * PAGE).limit(PAGE))
    listed = [
        Listed(business, members, max(filter(None, moments), default=None))
        for business, members, *moments in rows
    ]
    return Page(listed, total, number, PAGE)


def one_of_all(business_id: int) -> Business | None:
    """The business with this id, whatever its status."""
    return db.session.get(Business, business_id)


def counts_of(business_id: int) -> tuple[int, int, datetime | None]:
    """How many bookings and orders a business ever had, and when the last was made (UTC): one statement."""
    bookings = select(func.count()).where(
        Booking.business_id == business_id, Booking.customer_id.is_not(None)
    )
    orders = select(func.count()).where(Order.business_id == business_id, Order.status != "held")
    asked = select(bookings.scalar_subquery(), orders.scalar_subquery(), _last(Booking), _last(Order))
    booked, ordered, *moments = db.session.execute(
        asked.select_from(Business).where(Business.id == business_id)
    ).one()
    return booked, ordered, max(filter(None, moments), default=None)


def decisions(before: int | None, *, business_id: int | None = None, most: int = PAGE) -> Sequence[Any]:
    """What admins and commands did, the newest first, from before this id on: (AuditEvent, User, Business).

    One more than `most`, so that whoever asks knows whether there are others. The user is None for a command, the
    business for what was about none.
    """
    found = (
        select(AuditEvent, User, Business)
        .outerjoin(User, User.id == AuditEvent.actor_user_id)
        .outerjoin(Business, Business.id == AuditEvent.business_id)
        .where(AuditEvent.actor_kind == "admin")
        .order_by(AuditEvent.id.desc())
        .limit(most + 1)
    )
    if before is not None:
        found = found.where(AuditEvent.id < before)
    if business_id is not None:
        found = found.where(AuditEvent.business_id == business_id)
    return db.session.execute(found).all()


def _rules(typed: str, state: str | None) -> ColumnElement[bool]:
    rules: list[ColumnElement[bool]] = [Business.status == state] if state else []
    if typed:
        works_there = (
            select(Membership.id)
            .join(User, User.id == Membership.user_id)
            .where(Membership.business_id == Business.id, User.email.icontains(typed, autoescape=True))
        )
        texts = (Business.name, Business.slug, Business.city, Business.email)
        rules.append(or_(*(it.icontains(typed, autoescape=True) for it in texts), works_there.exists()))
    return and_(*rules) if rules else ~false()


def _members() -> ColumnElement[int]:
    """Evaluated for the rows of the page alone, like those below."""
    works = select(func.count()).where(Membership.business_id == Business.id, Membership.active)
    return works.correlate(Business).scalar_subquery()


def _last(table: type[Booking] | type[Order]) -> ColumnElement[Any]:
    """When the last one was made: by the key, which is read from its end."""
    made = table.created_at if table is Booking else Order.placed_at
    last = select(made).where(table.business_id == Business.id).order_by(table.id.desc()).limit(1)
    return last.correlate(Business).scalar_subquery()
