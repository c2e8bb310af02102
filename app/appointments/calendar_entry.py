"""What stands in a customer's calendar about a visit, and the link that puts it into Google's."""

from collections.abc import Sequence
from datetime import UTC
from urllib.parse import urlencode

from flask_babel import gettext as _

from app.appointments.models import Booking
from app.appointments.receipt import Receipt
from app.businesses.models import Business
from app.core.text import clean

_GOOGLE = "https://calendar.google.com/calendar/render"


def google_link(business: Business, receipt: Receipt, *, link: str) -> str:
    """The address at which Google's calendar offers to keep the whole visit as one entry."""
    moments = [f"{it.astimezone(UTC):%Y%m%dT%H%M%SZ}" for it in (receipt.starts_at, receipt.ends_at)]
    services = list(dict.fromkeys(booking.service_name for booking in receipt.kept))
    entry = {
        "action": "TEMPLATE",
        "text": title_of(business, ", ".join(services)),
        "dates": "/".join(moments),
        "location": place_of(business, receipt),
        "details": details_of(business, receipt.kept, link),
    }
    return f"{_GOOGLE}?{urlencode(entry)}"


def title_of(business: Business, service: str) -> str:
    """What stands on the day."""
    return _one_line(_("%(service)s at %(business)s", service=service, business=business.name))


def place_of(business: Business, receipt: Receipt) -> str:
    """Where to go, on one line."""
    return _("Online") if receipt.online else _one_line(business.address)


def details_of(business: Business, bookings: Sequence[Booking], link: str) -> str:
    """Who does it, the way back to the booking, and whom to call."""
    people = list(dict.fromkeys(it.performer_name for it in bookings if it.performer_name))
    note = next((it.note for it in bookings if it.note), "")
    lines = [
        _("With %(people)s", people=", ".join(people)) if people else "",
        note,
        _("Your booking: %(link)s", link=link),
        _("Phone: %(phone)s", phone=business.phone) if business.phone else "",
    ]
    return clean("\n".join(line for line in lines if line))


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())
