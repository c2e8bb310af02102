"""What bookings keep of a customer: the one place that names their personal columns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_datetime, ngettext
from sqlalchemy import select, update

from app.appointments.models import WAITED_FOR, Appointment, Booking
from app.audit.forgetting import NOBODY, forget_in_journal
from app.core.db import db
from app.core.errors import Conflict
from app.customers.belonging import Person
from app.notifications.models import Notification

MOST_NAMED = 5
# Each with what stands there afterwards. Links in old mails end with the version.
OF_BOOKING: Mapping[str, Any] = {
    "contact_name": NOBODY,
    "contact_email": None,
    "contact_phone": None,
    "language": None,
    "customer_zone": None,
    "guest_name": None,
    "note": None,
    "member_note": None,
    "answers": {},
    "cancel_reason": None,
}


class BookedAhead(Conflict):
    """Whoever is expected cannot be forgotten."""


def refuse(person: Person, now: datetime) -> None:
    """Raise BookedAhead for somebody with bookings that are not over, naming them."""
    waited_for = _bookings(person).where(Booking.status.in_((*WAITED_FOR, "held")), Appointment.ends_at > now)
    found = db.session.scalars(waited_for.order_by(Appointment.starts_at)).all()
    if found:
        when = (f"{it.service_name}, {format_datetime(it.local_start, rebase=False)}" for it in found)
        raise BookedAhead(
            ngettext(
                "Something is booked still: %(what)s. Please cancel it first.",
                "%(num)d bookings are ahead: %(what)s. Please cancel them first.",
                len(found),
                what="; ".join(list(when)[:MOST_NAMED]),
            )
        )


def forget(person: Person, now: datetime) -> None:
    """Who booked, who came along, and all that was said or noted about it."""
    bookings = list(db.session.scalars(_bookings(person)))
    ids = [it.id for it in bookings]
    given = {
        word for it in bookings for word in (it.contact_name, it.contact_email, it.contact_phone) if word
    }
    rows = update(Booking).where(Booking.business_id == person.business_id, Booking.id.in_(ids))
    db.session.execute(rows.values(**OF_BOOKING, link_version=Booking.link_version + 1))
    told = update(Notification).where(
        Notification.business_id == person.business_id,
        Notification.subject_kind == "booking",
        Notification.subject_id.in_(ids),
    )
    db.session.execute(told.values(payload={}, last_error=None))
    named = given - {NOBODY}
    to_them = told.where(Notification.recipient.in_(named))
    db.session.execute(to_them.values(recipient="erased"))
    subjects = {"booking": ids, "appointment": {it.appointment_id for it in bookings}}
    forget_in_journal(person.business_id, subjects, [*person.words, *named], OF_BOOKING)


def tell(person: Person) -> dict[str, Any]:
    """What they booked, what they said to it, and what was noted."""
    rows = _bookings(person).add_columns(Appointment.starts_at, Appointment.ends_at)
    return {
        "bookings": [
            {
                "service": it.service_name,
                "with": it.performer_name,
                "status": it.status,
                "starts_at": starts_at.isoformat(),
                "ends_at": ends_at.isoformat(),
                "places": it.places,
                "total": it.total_cents,
                "currency": it.currency,
                "name_given": it.contact_name,
                "email_given": it.contact_email,
                "phone_given": it.contact_phone,
                "came_along": it.guest_name,
                "note": it.note,
                "note_of_members": it.member_note,
                "answers": it.answers,
                "booked_at": it.created_at.isoformat(),
                "cancelled_at": it.cancelled_at.isoformat() if it.cancelled_at else None,
                "cancelled_because": it.cancel_reason,
            }
            for it, starts_at, ends_at in db.session.execute(rows.order_by(Appointment.starts_at))
        ]
    }


def _bookings(person: Person) -> Any:
    return (
        select(Booking)
        .join(
            Appointment,
            (Appointment.business_id == Booking.business_id) & (Appointment.id == Booking.appointment_id),
        )
        .where(Booking.business_id == person.business_id, Booking.customer_id.in_(person.ids))
    )
