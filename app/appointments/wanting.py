"""Whether a message about a booking is still wanted: asked in the transaction in which it is claimed."""

from collections.abc import Sequence

from flask_babel import gettext as _

from app.appointments.due import name_of
from app.appointments.models import GIVES_BACK, Booking
from app.appointments.notices import notice_of, still_wants
from app.appointments.reminding import rules_of
from app.appointments.statuses import WORDS
from app.appointments.subjects import bookings_about, first_of, place_of, seq_of
from app.appointments.telling import TOLD
from app.core.db import db
from app.customers.models import Customer
from app.customers.unwanted import is_unwanted
from app.notifications.claiming import is_superseded
from app.notifications.kinds import Reason
from app.notifications.models import Notification

ASKED = ("requested", "pending_payment")
AGREED = ("confirmed", "completed", "no_show")
# Follow-ups are for who came, as far as anybody knows.
CAME = ("confirmed", "completed")


def why_not_confirmed(row: Notification) -> Reason | None:
    """Why a customer need not read that they are booked any more."""
    return _why_not(row, AGREED)


def why_not_requested(row: Notification) -> Reason | None:
    """Why a customer need not read that we have their request any more."""
    bookings = bookings_about(row)
    if bookings and not any(it.status == "requested" for it in bookings):
        return _("The request was answered, or given up, before it was sent.")
    return _why_not(row, ASKED)


def why_not_moved(row: Notification) -> Reason | None:
    """Why a customer need not read of another time any more."""
    now_at = {str(it.id): place_of(it) for it in bookings_about(row)}
    was = row.payload.get("was", {})
    if was and all(number in now_at and _written(now_at[number]) == place for number, place in was.items()):
        return _("The booking is back where it was.")
    return _why_not(row, ASKED + AGREED)


def why_not_offered(row: Notification) -> Reason | None:
    """Why a customer need not read any more that they can choose another time."""
    if not any(it.offered for it in bookings_about(row) if it.live):
        return _("Another time was chosen, or is offered no longer.")
    return _why_not(row, ASKED + AGREED)


def why_not_given_back(row: Notification) -> Reason | None:
    """Why a customer need not read any more that something was cancelled or declined."""
    return _why_not_given_back(row) or _why_not(row, (*ASKED, *AGREED, *GIVES_BACK))


def why_not_reminder(row: Notification) -> Reason | None:
    """Why nobody need be reminded any more."""
    return _why_not_around(row, ("confirmed",), "reminder")


def why_not_follow_up(row: Notification) -> Reason | None:
    """Why nobody need be thanked any more."""
    return _why_not_around(row, CAME, "follow_up")


def why_not_new(row: Notification) -> Reason | None:
    """Why a member need not read of a new booking any more."""
    return _why_not_member(row) or _why_not(row, ASKED + AGREED)


def why_not_changed(row: Notification) -> Reason | None:
    """Why a member need not read any more that a customer moved a booking."""
    return _why_not_member(row) or _why_not(row, ASKED + AGREED, newer=("booking_changed",))


def why_not_given_up(row: Notification) -> Reason | None:
    """Why a member need not read any more that a customer gave a booking up."""
    return _why_not_member(row) or _why_not_given_back(row) or why_not_known(row, bookings_about(row))


def why_not_answered(row: Notification) -> Reason | None:
    """Why a member need not read any more what a customer answered."""
    return _why_not_member(row) or _why_not(row, AGREED)


def _why_not_around(row: Notification, statuses: Sequence[str], topic: str) -> Reason | None:
    """Reminders and follow-ups: also where the rule is gone, the booking is not what it was, or nobody wants any."""
    bookings = bookings_about(row)
    reason = why_not_known(row, bookings) or _why_not_status(bookings, statuses)
    if reason:
        return reason
    if row.subject_seq != seq_of(bookings):
        return _("The booking was changed, and its reminders with it.")
    if all(name_of(it) != row.payload.get("rule") for it in rules_of(row.business_id or 0)):
        return _("There is no such reminder any more.")
    if is_unwanted(row.business_id or 0, first_of(bookings).customer_id or 0, topic, row.channel):
        return _("The customer does not want such messages.")
    return None


def _why_not_member(row: Notification) -> Reason | None:
    """Whoever works here no longer is told nothing, and neither is who changed their mind."""
    bookings = bookings_about(row)
    notice = notice_of(row.kind, is_request=any(it.status == "requested" for it in bookings))
    appointments = [it.appointment_id for it in bookings]
    if bookings and not still_wants(row.business_id or 0, row.user_id or 0, notice, appointments):
        return _("Whoever it was for does not want to be told of this, or does not work here any more.")
    return None


def _why_not_given_back(row: Notification) -> Reason | None:
    parts = row.payload.get("parts", ())
    if not any(it.id in parts and it.status in GIVES_BACK for it in bookings_about(row)):
        return _("The booking stands again.")
    return None


def _why_not(row: Notification, statuses: Sequence[str], newer: Sequence[str] = TOLD) -> Reason | None:
    """The reasons that hold for every letter: gone, erased, given back, or told anew by one of the `newer` kinds."""
    bookings = bookings_about(row)
    reason = why_not_known(row, bookings) or _why_not_status(bookings, statuses)
    if reason:
        return reason
    if is_superseded(row, seq_of(bookings), newer):
        return _("The booking was changed, and a newer message says so.")
    return None


def why_not_known(row: Notification, bookings: Sequence[Booking]) -> Reason | None:
    """Why nobody can be told anything about these bookings any more: they are gone, or whose they were."""
    if not bookings:
        return _("The booking does not exist any more.")
    customer = db.session.get(Customer, (row.business_id, bookings[0].customer_id), populate_existing=True)
    if customer is None or customer.erased_at is not None:
        return _("The customer was erased.")
    return None


def _why_not_status(bookings: Sequence[Booking], statuses: Sequence[str]) -> Reason | None:
    if not any(it.status in statuses for it in bookings):
        return _("The booking is not what it was: %(status)s.", status=WORDS[bookings[0].status])
    return None


def _written(place: tuple[object, ...]) -> list[object]:
    return [it.isoformat() if hasattr(it, "isoformat") else it for it in place]
