"""What is said when a cancellation was undone."""

from collections.abc import Iterable

from babel.lists import format_list
from flask_babel import gettext as _

from app.appointments.models import Booking
from app.appointments.undoing import Undone
from app.core.money import show_money
from app.dates import clock_minute, page_locale


def in_words(undone: Undone) -> str:
    """What is booked again and, where a colleague's part of the visit is not, what is still cancelled."""
    return " ".join(it for it in (_what(undone), _owed(undone)) if it)


def _owed(undone: Undone) -> str | None:
    if not undone.owed:
        return None
    money = show_money(undone.owed, undone.again[0].currency, page_locale())
    return _("%(money)s went back to the customer and is owed again.", money=money)


def _what(undone: Undone) -> str:
    if not undone.left:
        return _("Booked again, as it was.")
    return _(
        "Booked again: %(these)s. Still cancelled: %(those)s. Whoever it is with can book it again, or a manager.",
        these=_named(undone.again),
        those=_named(undone.left),
    )


def _named(bookings: Iterable[Booking]) -> str:
    return format_list([_one(it) for it in bookings], locale=page_locale())


def _one(booking: Booking) -> str:
    words = {
        "service": booking.service_name,
        "start": clock_minute(booking.local_start.hour * 60 + booking.local_start.minute),
    }
    if not booking.performer_name:
        return _("%(service)s at %(start)s", **words)
    return _("%(service)s at %(start)s with %(person)s", person=booking.performer_name, **words)
