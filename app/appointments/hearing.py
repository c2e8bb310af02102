"""What the customer of a visit was sent about it, as far as anybody knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.appointments.models import Booking
from app.core.db import db
from app.notifications.models import Notification

KINDS = ("booking_confirmed", "booking_requested", "booking_moved", "booking_cancelled")
_STATES: Mapping[str, str] = {
    "pending": "planned",
    "claimed": "planned",
    "transmitting": "planned",
    "sent": "sent",
    "delivered": "sent",
    "unknown": "sent",
    "failed": "failed",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """The last mail to the customer: its kind, where it went, and whether it is planned, sent or failed."""

    kind: str
    recipient: str
    state: str


def last_heard(bookings: Sequence[Booking]) -> Heard | None:
    """The last mail about these bookings of a visit; None where there was none, or it was called off. One statement."""
    last = (
        select(Notification.kind, Notification.recipient, Notification.status)
        .where(
            Notification.business_id == bookings[0].business_id,
            or_(*_about(bookings)),
            Notification.user_id.is_(None),
            Notification.channel == "email",
            Notification.kind.in_(KINDS),
            Notification.status.in_(_STATES),
        )
        .order_by(Notification.id.desc())
        .limit(1)
    )
    row = db.session.execute(last).first()
    return Heard(row.kind, row.recipient, _STATES[row.status]) if row else None


def _about(bookings: Sequence[Booking]) -> list[ColumnElement[bool]]:
    """Of a visit a message names one of its bookings; of a series its first."""
    ids = [it.id for it in bookings]
    found = [and_(Notification.subject_kind == "booking", Notification.subject_id.in_(ids))]
    if bookings[0].series is not None:
        of_series = select(func.min(Booking.id)).filter_by(
            business_id=bookings[0].business_id, series=bookings[0].series
        )
        first = Notification.subject_id == of_series.scalar_subquery()
        found.append(and_(Notification.subject_kind == "series", first))
    return found
