"""The calendar behind a link (RFC 5545, RFC 7986).

Imported where it is asked for: icalendar needs megabytes that no other page does.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from icalendar import Calendar, Event, vDuration

from app.appointments.calendar_zones import with_zones, zone_between
from app.businesses.models import Business
from app.core.text import clean
from app.feeds.booked import Booked
from app.feeds.finding import Opened
from app.feeds.uids import uid_of

BEHIND, AHEAD = timedelta(days=30), timedelta(days=366)
_READ_EVERY = timedelta(minutes=15)


def feed_file(opened: Opened, booked: Sequence[Booked], *, host: str, link: str, now: datetime) -> bytes:
    """The calendar with an event for each appointment. `link` is the beginning of their addresses, whole.

    A link that says only that time is taken gives neither names nor services nor addresses.
    """
    business = opened.business
    calendar = _empty(f"{opened.whose} · {business.name}" if opened.whose else business.name, business)
    calendar.add("refresh-interval", vDuration(_READ_EVERY), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_READ_EVERY))
    for it in booked:
        event = _event(business, it, host, now)
        if opened.feed.detail == "full":
            _tell(event, it, f"{link}{it.id}", names_people=opened.feed.resource_id is None)
        else:
            event.add("summary", _("Busy"))
            event.add("class", "PRIVATE")
        calendar.add_component(event)
    with_zones(calendar, [it.starts_at.year for it in booked])
    return calendar.to_ical()


def calendar_pieces(
    business: Business, booked: Iterable[Booked], years: Sequence[int], *, host: str, now: datetime
) -> Iterator[bytes]:
    """All of it as a file to keep, piece by piece: what was and what will be, with names.

    `years` are the first and the last one there is something in. Its events are called as those of a link, so that
    whoever has both has each once.
    """
    calendar = _empty(business.name, business)
    if years and business.zone != "UTC":
        calendar.add_component(zone_between(business.zone, min(years) - 1, max(years) + 1))
    head, end, rest = calendar.to_ical().rpartition(b"END:VCALENDAR")
    yield head
    for it in booked:
        event = _event(business, it, host, now)
        _tell(event, it, None, names_people=True)
        yield event.to_ical()
    yield end + rest


def _empty(title: str, business: Business) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Daybook//Daybook//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _one_line(title))
    calendar.add("name", _one_line(title))
    calendar.add("x-wr-timezone", business.zone)
    return calendar


def _event(business: Business, it: Booked, host: str, now: datetime) -> Event:
    """Its name and time, and whether it is sure."""
    zone = ZoneInfo(business.zone)
    event = Event()
    event.add("uid", uid_of(business.id, it.id, host))
    event.add("sequence", it.version)
    event.add("dtstamp", now)
    event.add("dtstart", it.starts_at.astimezone(zone))
    event.add("dtend", it.ends_at.astimezone(zone))
    event.add("status", "TENTATIVE" if it.is_unsure else "CONFIRMED")
    event.add("transp", "OPAQUE")
    return event


def _tell(event: Event, booked: Booked, link: str | None, *, names_people: bool) -> None:
    """What it is, who comes and how to reach them."""
    service = booked.bookings[0]["service"] if booked.bookings and not booked.is_class else booked.service
    names = [it["guest"] or it["customer"] or "" for it in booked.bookings]
    if booked.is_class:
        title = f"{service} {booked.places}/{booked.capacity}"
    else:
        title = " · ".join([service, *(name for name in names if name)])
    performers = dict.fromkeys(it["performer"] for it in booked.bookings if it["performer"])
    if names_people and performers:
        title = _("%(title)s, with %(people)s", title=title, people=", ".join(performers))
    event.add("summary", _one_line(title))
    who = [
        ", ".join(part for part in (name, it["phone"]) if part)
        for name, it in zip(names, booked.bookings, strict=True)
    ]
    event.add("description", clean("\n".join(it for it in (*who, link) if it)))
    if link:
        event.add("url", link)


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())
