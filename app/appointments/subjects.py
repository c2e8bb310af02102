"""What a message about bookings is about, as it is now: a visit, or all visits of a series."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.appointments.finding import bookings_of_visit, receipt_token
from app.appointments.models import Booking
from app.appointments.receipt import Receipt, receipt_of
from app.core.db import db
from app.core.mail import address_of
from app.notifications.models import Notification


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of those a letter is about. `link` is the whole address of its receipt."""

    receipt: Receipt
    link: str


class Was(NamedTuple):
    """When a booking was, and with whom, before it was moved."""

    starts_at: datetime
    ends_at: datetime
    person: str | None


def place_of(booking: Booking) -> Was:
    """When a booking is, and with whom."""
    return Was(booking.appointment.starts_at, booking.appointment.ends_at, booking.performer_name)


def places_of(bookings: Iterable[Booking]) -> dict[int, Was]:
    """The same of several, by their ids."""
    return {it.id: place_of(it) for it in bookings}


def bookings_about(row: Notification) -> list[Booking]:
    """The bookings of the visit or of the series, as they are now; none where they are gone."""
    first = db.session.get(Booking, (row.business_id, row.subject_id), populate_existing=True)
    if first is None:
        return []
    if row.subject_kind != "series":
        return bookings_of_visit(first.business_id, first.visit)
    rows = select(Booking).options(joinedload(Booking.appointment)).execution_options(populate_existing=True)
    return in_order(db.session.scalars(rows.filter_by(business_id=first.business_id, series=first.series)))


def seq_of(bookings: Iterable[Booking]) -> int:
    """How often the bookings were changed, all together."""
    return sum(it.schedule_seq for it in bookings)


def first_of(bookings: Iterable[Booking]) -> Booking:
    """The one that stands for all, whatever happens to the others."""
    return min(bookings, key=lambda it: it.id)


def visits_of(bookings: Sequence[Booking], *, gone: bool = False) -> list[Visit]:
    """The visits of these bookings by time; those of which nothing is left only for a letter about what is `gone`."""
    is_online = receipt_of(bookings).online
    by_visit = groupby(sorted(bookings, key=lambda it: str(it.visit)), key=lambda it: it.visit)
    receipts = [Receipt(in_order(those), is_online) for _visit, those in by_visit]
    visits = [
        Visit(it, address_of("bookings.show", token=receipt_token(it.first)))
        for it in receipts
        if gone or any(booking.live for booking in it.bookings)
    ]
    return sorted(visits, key=lambda it: it.receipt.starts_at)


def in_order(bookings: Iterable[Booking]) -> list[Booking]:
    """By guest, then by time."""
    return sorted(bookings, key=lambda it: (it.guest, it.appointment.starts_at, it.id))
