"""A visit as a file for its customer's calendar (RFC 5545).

Imported where it is asked for: icalendar needs megabytes that no other page does.
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from app.appointments.calendar_entry import details_of, place_of, title_of
from app.appointments.calendar_zones import with_zones
from app.appointments.models import Booking
from app.appointments.receipt import Receipt
from app.businesses.models import Business
from app.core.text import clean

_STATUS = {"requested": "TENTATIVE", "pending_payment": "TENTATIVE"}


def calendar_file(business: Business, receipt: Receipt, *, link: str, now: datetime) -> bytes:
    """An event for each live booking, or, when nothing of the visit is left, for each that was cancelled.

    `link` is the whole address of the receipt. Times are those of the booking's zone, which comes along.
    """
    return calendar_of(business, [(receipt, link)], now=now)


def calendar_of(business: Business, visits: Sequence[tuple[Receipt, str]], *, now: datetime) -> bytes:
    """The same for several visits, each with its link, in one file."""
    events = [
        (booking, _event(business, receipt, booking, link, now))
        for receipt, link in visits
        for booking in receipt.kept
    ]
    return _calendar("PUBLISH", events)


def invitation(
    business: Business,
    receipt: Receipt,
    booking: Booking,
    link: str,
    *,
    method: str,
    sender: str,
    to: str,
    now: datetime,
) -> bytes:
    """One booking as its calendar keeps it up to date: REQUEST enters or moves it, CANCEL takes it out (RFC 5546).

    The customer has agreed already, so nobody is asked: their part is ACCEPTED and no answer is expected. `sender` and
    `to` are addresses.
    """
    event = _event(business, receipt, booking, link, now)
    organizer, attendee = vCalAddress(f"mailto:{sender}"), vCalAddress(f"mailto:{to}")
    organizer.params["CN"] = vText(_one_line(business.name))
    attendee.params["CN"] = vText(_one_line(booking.contact_name or to))
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("organizer", organizer)
    event.add("attendee", attendee, encode=False)
    return _calendar(method, [(booking, event)])


def _one_line(name: str) -> str:
    """A name as a parameter can have it: no quotes, no line breaks (RFC 5545, 3.1)."""
    return " ".join(clean(name).replace('"', "'").split())


def _calendar(method: str, events: Sequence[tuple[Booking, Event]]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Daybook//Daybook//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for _booking, event in events:
        calendar.add_component(event)
    with_zones(calendar, [booking.appointment.starts_at.year for booking, _event in events])
    return calendar.to_ical()


def _event(business: Business, receipt: Receipt, booking: Booking, link: str, now: datetime) -> Event:
    zone = ZoneInfo(booking.zone)
    event = Event()
    event.add("uid", booking.ics_uid or f"{booking.uid}@{urlsplit(link).hostname}")
    event.add("sequence", booking.schedule_seq)
    event.add("dtstamp", now)
    event.add("dtstart", booking.appointment.starts_at.astimezone(zone))
    event.add("dtend", booking.appointment.ends_at.astimezone(zone))
    event.add("summary", title_of(business, booking.service_name))
    event.add("description", details_of(business, [booking], link))
    event.add("url", link)
    event.add("status", _STATUS.get(booking.status, "CONFIRMED") if booking.live else "CANCELLED")
    place = place_of(business, receipt)
    if place:
        event.add("location", place)
    return event
