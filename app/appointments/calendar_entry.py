"""A visit as an entry for its customer's calendar: a file (RFC 5545), and a link for Google's."""

import functools
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from app.appointments.models import Booking
from app.appointments.receipt import Receipt
from app.businesses.models import Business
from app.core.text import clean
from app.schedule.wall_clock import WallClock, epoch_minute, utc

_GOOGLE = "https://calendar.google.com/calendar/render"
_STATUS = {"requested": "TENTATIVE", "pending_payment": "TENTATIVE"}


def calendar_file(business: Business, receipt: Receipt, *, link: str, now: datetime) -> bytes:
    """An event for each live booking, or, when nothing of the visit is left, for each that was cancelled.

    `link` is the whole address of the receipt. Times are those of the booking's zone, which comes along.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Daybook//Daybook//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for booking in receipt.kept:
        calendar.add_component(_event(business, receipt, booking, link, now))
    years = [booking.appointment.starts_at.year for booking in receipt.kept]
    for zone in sorted(calendar.get_missing_tzids()):
        calendar.subcomponents.insert(0, _timezone(zone, min(years) - 1, max(years) + 1))
    return calendar.to_ical()


def google_link(business: Business, receipt: Receipt, *, link: str) -> str:
    """The address at which Google's calendar offers to keep the whole visit as one entry."""
    moments = [f"{it.astimezone(UTC):%Y%m%dT%H%M%SZ}" for it in (receipt.starts_at, receipt.ends_at)]
    services = list(dict.fromkeys(booking.service_name for booking in receipt.kept))
    entry = {
        "action": "TEMPLATE",
        "text": _title(business, ", ".join(services)),
        "dates": "/".join(moments),
        "location": _place(business, receipt),
        "details": _details(business, receipt.kept, link),
    }
    return f"{_GOOGLE}?{urlencode(entry)}"


def _event(business: Business, receipt: Receipt, booking: Booking, link: str, now: datetime) -> Event:
    zone = ZoneInfo(booking.zone)
    event = Event()
    event.add("uid", booking.ics_uid or f"{booking.uid}@{urlsplit(link).hostname}")
    event.add("sequence", booking.schedule_seq)
    event.add("dtstamp", now)
    event.add("dtstart", booking.appointment.starts_at.astimezone(zone))
    event.add("dtend", booking.appointment.ends_at.astimezone(zone))
    event.add("summary", _title(business, booking.service_name))
    event.add("description", _details(business, [booking], link))
    event.add("url", link)
    event.add("status", _STATUS.get(booking.status, "CONFIRMED") if booking.live else "CANCELLED")
    place = _place(business, receipt)
    if place:
        event.add("location", place)
    return event


def _title(business: Business, service: str) -> str:
    return _one_line(_("%(service)s at %(business)s", service=service, business=business.name))


def _place(business: Business, receipt: Receipt) -> str:
    return _("Online") if receipt.online else _one_line(business.address)


def _details(business: Business, bookings: Sequence[Booking], link: str) -> str:
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


@functools.lru_cache(maxsize=500)
def _timezone(zone: str, first_year: int, last_year: int) -> Timezone:
    """What the clock of a zone does from one year to another, both included.

    Made from the changes the engine knows: icalendar 7 finds none of less than two months, as Morocco has them, and
    begins summer an hour late for whoever reads the file by the book (RFC 5545, 3.6.5).
    """
    timezone = Timezone()
    timezone.add("tzid", zone)
    clock = WallClock(zone, date(first_year, 1, 1), date(last_year, 12, 31))
    first = epoch_minute(datetime(first_year, 1, 1, tzinfo=UTC))
    begin = (first, clock.offset(first), clock.offset(first))
    for minute, before, after in [begin, *(it for it in clock.changes() if it[0] > first)]:
        timezone.add_component(
            _observance(utc(minute), timedelta(minutes=before), timedelta(minutes=after), zone)
        )
    return timezone


def _observance(
    at: datetime, before: timedelta, after: timedelta, zone: str
) -> TimezoneStandard | TimezoneDaylight:
    """One offset of a zone; it begins at the time the clock showed before."""
    here = at.astimezone(ZoneInfo(zone))
    observance = TimezoneDaylight() if here.dst() else TimezoneStandard()
    observance.DTSTART = (at + before).replace(tzinfo=None)
    observance.TZOFFSETFROM, observance.TZOFFSETTO = before, after
    observance.add("tzname", here.tzname())
    return observance
