"""What a customer has booked: what is to come, what was, and what it comes to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from app.appointments.models import Appointment, Booking
from app.core.db import db
from app.core.paging import nearest_page, pages_of

PAGE = 20
MOST_AHEAD = 50
CAME = ("confirmed", "completed")
KNOWN = ("requested", "pending_payment", "confirmed", "completed", "no_show", "cancelled", "declined")


@dataclass(frozen=True, slots=True)
class Visit:
    """A booking of a customer. Moments are UTC, money is minor units."""

    appointment_id: int
    service_id: int
    status: str
    starts_at: datetime
    ends_at: datetime
    service: str
    person: str | None
    places: int
    total: int
    currency: str


@dataclass(frozen=True, slots=True)
class History:
    """The visits of a customer: those `ahead` by time, one page of those `before`, the latest first, and the sums.

    `spent` (minor units) is what was booked and not cancelled, up to now. `first` and `last` are when they came (UTC).
    """

    ahead: list[Visit]
    before: list[Visit]
    page: int
    total: int
    came: int
    missed: int
    cancelled: int
    spent: int
    first: datetime | None
    last: datetime | None

    @property
    def pages(self) -> int:
        return pages_of(self.total, PAGE)


def history_of(
    business_id: int, customer_id: int, now: datetime, page: int = 1, among: Select[Any] | None = None
) -> History:
    """What a customer has booked, as far as it is `among` these appointments: three statements.

    A page that does not exist is the last.
    """
    booked = _booked(business_id, among).where(Booking.customer_id == customer_id)
    was = Appointment.starts_at <= now
    came = Booking.status.in_(CAME)
    sums = booked.where(was).with_only_columns(
        func.count(),
        func.count().filter(came),
        func.count().filter(Booking.status == "no_show"),
        func.count().filter(Booking.status == "cancelled"),
        func.coalesce(func.sum(case((came, Booking.total_cents), else_=0)), 0),
        func.min(Appointment.starts_at).filter(came),
        func.max(Appointment.starts_at).filter(came),
    )
    total, came_to, missed, cancelled, spent, *ends = db.session.execute(sums).one()
    page = nearest_page(page, total, PAGE)
    ahead = booked.where(~was).order_by(Appointment.starts_at, Booking.id).limit(MOST_AHEAD)
    before = booked.where(was).order_by(Appointment.starts_at.desc(), Booking.id.desc())
    before = before.limit(PAGE).offset((page - 1) * PAGE)
    counts = page, total, came_to, missed, cancelled, int(spent)
    return History(_visits(ahead), _visits(before), *counts, *ends)


def last_visits(
    business_id: int, customer_ids: Collection[int], now: datetime, among: Select[Any] | None = None
) -> dict[int, datetime]:
    """When each of these customers was here last (UTC), as far as it was `among` these appointments."""
    if not customer_ids:
        return {}
    was = (
        select(Booking.customer_id, func.max(Appointment.starts_at))
        .join(
            Appointment,
            (Appointment.business_id == Booking.business_id) & (Appointment.id == Booking.appointment_id),
        )
        .where(
            Booking.business_id == business_id,
            Booking.customer_id.in_(customer_ids),
            Booking.status.in_(CAME),
            Appointment.starts_at <= now,
        )
        .group_by(Booking.customer_id)
    )
    if among is not None:
        was = was.where(Booking.appointment_id.in_(among))
    return {row[0]: row[1] for row in db.session.execute(was) if row[0]}


def _booked(business_id: int, among: Select[Any] | None) -> Select[*tuple[Any, ...]]:
    """The columns of Visit."""
    found = (
        select(
            Appointment.id,
            Appointment.service_id,
            Booking.status,
            Appointment.starts_at,
            Appointment.ends_at,
            Booking.service_name,
            Booking.performer_name,
            Booking.places,
            Booking.total_cents,
            Booking.currency,
        )
        .select_from(Booking)
        .join(
            Appointment,
            (Appointment.business_id == Booking.business_id) & (Appointment.id == Booking.appointment_id),
        )
        .where(Booking.business_id == business_id, Booking.status.in_(KNOWN))
    )
    return found if among is None else found.where(Booking.appointment_id.in_(among))


def _visits(found: Select[*tuple[Any, ...]]) -> list[Visit]:
    return [Visit(*row) for row in db.session.execute(found)]
