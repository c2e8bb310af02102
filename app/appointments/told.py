"""Which bookings messages are about, and which messages are about an appointment."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import or_, select

from app.appointments.models import Booking
from app.core.db import db
from app.notifications.listing import messages_about
from app.notifications.models import Notification

BOOKING = ("booking", "series")


class Subject(NamedTuple):
    """The booking a message is about: where its panel is, and whose it is."""

    appointment_id: int
    customer_id: int | None
    name: str | None


def subjects_of(business_id: int, messages: Collection[Notification]) -> dict[int, Subject]:
    """The bookings these messages are about, by the message's id. One statement."""
    ids = {it.subject_id for it in messages if it.subject_kind in BOOKING}
    columns = (Booking.id, Booking.appointment_id, Booking.customer_id, Booking.contact_name)
    rows = db.session.execute(select(*columns).where(Booking.business_id == business_id, Booking.id.in_(ids)))
    found = {row.id: Subject(*row[1:]) for row in rows}
    return {
        it.id: found[it.subject_id]
        for it in messages
        if it.subject_kind in BOOKING and it.subject_id in found
    }


def told_about(business_id: int, bookings: Sequence[Booking]) -> list[Notification]:
    """The newest messages about the visits and the series of these bookings. One statement at most."""
    if not bookings:
        return []
    whole = or_(
        Booking.visit.in_({it.visit for it in bookings}),
        Booking.series.in_({it.series for it in bookings if it.series}),
    )
    return messages_about(business_id, select(Booking.id).where(Booking.business_id == business_id, whole))
