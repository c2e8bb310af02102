"""The calendar file of a visit, read by another library than the one that wrote it."""

import itertools
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
import vobject

from app.appointments.calendar_entry import google_link
from app.appointments.calendar_file import calendar_file
from app.appointments.cancelling import cancel
from app.appointments.models import Booking
from app.appointments.receipt import receipt_of
from app.core.db import db
from tests.appointments.visiting import a_part
from tests.conftest import NOW
from tests.factories import ANNA, Shop, a_booking, a_shop, berlin

LINK = "https://book.example/bookings/abc.def"
TEN = berlin("2027-03-02 10:00")
_readings = itertools.count(1)


@pytest.fixture
def shop(app: object, frozen: object) -> Shop:
    shop = a_shop()
    shop.business.name = "Linden Studio"
    shop.business.street, shop.business.postcode, shop.business.city = "Bergmannstraße 14", "10961", "Berlin"
    db.session.flush()
    return shop


def written(shop: Shop, bookings: Sequence[Booking]) -> str:
    return calendar_file(shop.business, receipt_of(bookings), link=LINK, now=NOW).decode()


def read(text: str) -> Any:
    """What vobject understands. It remembers zones by name, so each file names its own anew."""
    name = f"TZID\\1X{next(_readings)}-"
    return vobject.readOne(re.sub("TZID([=:])", name, text))


def events_of(shop: Shop, *bookings: Booking) -> list[Any]:
    return list(read(written(shop, bookings)).vevent_list)


def test_a_booking_is_an_event_with_all_a_customer_needs(shop: Shop) -> None:
    booking = a_booking(shop, TEN)
    (event,) = events_of(shop, booking)
    assert event.summary.value == "Haircut at Linden Studio"
    assert event.location.value == "Bergmannstraße 14, 10961 Berlin"
    assert event.description.value == f"With Maya\nYour booking: {LINK}\nPhone: +49 30 5550142"
    assert event.uid.value == booking.ics_uid
    assert booking.ics_uid is not None
    assert booking.ics_uid.endswith("@book.example")
    assert (event.sequence.value, event.status.value, event.url.value) == ("0", "CONFIRMED", LINK)
    assert event.dtstamp.value == NOW
    assert (event.dtstart.value, event.dtend.value) == (TEN, TEN + timedelta(minutes=30))


def test_the_file_is_a_publication_without_organizer_or_alarm(shop: Shop) -> None:
    text = written(shop, [a_booking(shop, TEN)])
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.count("\r\n") == text.count("\n")
    assert "METHOD:PUBLISH\r\n" in text
    assert "ORGANIZER" not in text
    assert "VALARM" not in text
    assert text.count("BEGIN:VTIMEZONE") == 1


def test_a_uid_that_was_never_given_is_made_from_the_address(shop: Shop) -> None:
    booking = a_part(shop, TEN, ics_uid=None)
    assert events_of(shop, booking)[0].uid.value == f"{booking.uid}@book.example"
    booking.ics_uid = "given@before.example"
    assert events_of(shop, booking)[0].uid.value == "given@before.example"


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Europe/Berlin", "2027-03-27 10:00"),
        ("Europe/Berlin", "2027-03-28 00:30"),
        ("Europe/Berlin", "2027-03-28 01:30"),
        ("Europe/Berlin", "2027-03-28 03:00"),
        ("Europe/Berlin", "2027-03-28 03:30"),
        ("Europe/Berlin", "2027-03-28 04:30"),
        ("Europe/Berlin", "2027-10-30 10:00"),
        ("Europe/Berlin", "2027-10-31 03:30"),
        ("Europe/Berlin", "2027-12-31 23:30"),
        ("Europe/Berlin", "2028-03-26 03:30"),
        ("America/New_York", "2027-03-14 03:30"),
        ("America/New_York", "2027-11-07 03:30"),
        ("Australia/Lord_Howe", "2027-10-03 02:40"),
        ("Asia/Kathmandu", "2027-07-01 10:00"),
        ("Africa/Casablanca", "2027-02-14 10:00"),
        ("Africa/Casablanca", "2027-04-14 10:00"),
        ("Europe/Dublin", "2027-12-14 10:00"),
        ("Europe/Dublin", "2027-06-14 10:00"),
    ],
)
@pytest.mark.usefixtures("app", "frozen")
def test_times_mean_the_same_moment_on_both_sides_of_a_clock_change(zone: str, local: str) -> None:
    shop = a_shop()
    shop.business.zone = zone
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    (event,) = events_of(shop, a_part(shop, at, minutes=20))
    assert event.dtstart.value.replace(tzinfo=None) == at.replace(tzinfo=None)
    assert event.dtstart.value.astimezone(UTC) == at.astimezone(UTC)
    assert event.dtend.value.astimezone(UTC) == at.astimezone(UTC) + timedelta(minutes=20)


def test_summer_begins_at_the_time_the_clock_showed_before(shop: Shop) -> None:
    """RFC 5545, 3.6.5. Other readers than vobject take the difference seriously."""
    text = written(shop, [a_part(shop, TEN)])
    for observance in ("DAYLIGHT\r\nDTSTART:20270328T020000", "STANDARD\r\nDTSTART:20271031T030000"):
        assert f"BEGIN:{observance}\r\n" in text


def test_utc_needs_no_zone(app: object, frozen: object) -> None:
    shop = a_shop()
    shop.business.zone = "UTC"
    text = written(shop, [a_part(shop, TEN)])
    assert "DTSTART:20270302T090000Z" in text
    assert "VTIMEZONE" not in text


NASTY = "Cut, wash; \\dry\\n\nfor “Zoë” & co \N{PARTY POPPER}"


def test_odd_letters_arrive_as_they_were_sent(shop: Shop) -> None:
    shop.business.name = "A; B, C \\ D \N{BLACK SCISSORS}"
    shop.business.street = "Hinterhof, links;\nrechts"
    note = ("Ümläute, commas; \N{PARTY POPPER} and more " * 12)[:400] + "\nEND:VEVENT\r\nX-EVIL:1\x07"
    names = {"service_name": NASTY, "performer_name": "Zoë, Dr."}
    (event,) = events_of(shop, a_part(shop, TEN, note=note, **names))
    assert event.summary.value == f"{' '.join(NASTY.split())} at A; B, C \\ D \N{BLACK SCISSORS}"
    assert event.location.value == "Hinterhof, links; rechts, 10961 Berlin"
    kept = note.replace("\x07", "").replace("\r\n", "\n")
    assert event.description.value.startswith(f"With Zoë, Dr.\n{kept}\nYour booking: ")
    assert not hasattr(event, "x_evil")


def test_no_line_is_longer_than_75_bytes_and_no_letter_is_cut(shop: Shop) -> None:
    body = calendar_file(
        shop.business, receipt_of([a_part(shop, TEN, note="\N{PARTY POPPER}ü" * 200)]), link=LINK, now=NOW
    )
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() is not None for line in lines)


def test_each_live_booking_is_an_event_and_a_requested_one_is_tentative(shop: Shop) -> None:
    visit = uuid.uuid4()
    parts = [
        a_part(shop, TEN + timedelta(hours=number), visit, status=status, service_name=status)
        for number, status in enumerate(("confirmed", "requested", "cancelled", "declined"))
    ]
    found = [(it.summary.value.split()[0], it.status.value) for it in events_of(shop, *parts)]
    assert found == [("confirmed", "CONFIRMED"), ("requested", "TENTATIVE")]


def test_a_cancelled_visit_says_so_under_the_same_name(shop: Shop) -> None:
    booking = a_booking(shop, TEN)
    (before,) = events_of(shop, booking)
    cancel(shop.business, booking, by=ANNA, now=NOW)
    db.session.refresh(booking)
    (after,) = events_of(shop, booking)
    assert (after.uid.value, after.status.value) == (before.uid.value, "CANCELLED")


def test_a_visit_that_was_moved_has_a_higher_number(shop: Shop) -> None:
    (event,) = events_of(shop, a_part(shop, TEN, schedule_seq=3))
    assert event.sequence.value == "3"


def test_who_has_no_address_and_no_phone_leaves_them_out(app: object, frozen: object) -> None:
    shop = a_shop()
    shop.business.phone = None
    (event,) = events_of(shop, a_part(shop, TEN, performer_name=None))
    assert not hasattr(event, "location")
    assert event.description.value == f"Your booking: {LINK}"


def test_an_online_visit_is_online(app: object, frozen: object) -> None:
    shop = a_shop(online=True)
    assert events_of(shop, a_part(shop, TEN))[0].location.value == "Online"


def test_googles_calendar_is_offered_the_whole_visit(shop: Shop) -> None:
    visit = uuid.uuid4()
    cut = a_part(shop, TEN, visit, minutes=30, service_name="Cut & dry", note="Ring twice #2")
    dye = a_part(
        shop, TEN + timedelta(minutes=30), visit, minutes=60, service_name="Dye", performer_name="Tom"
    )
    address = urlsplit(google_link(shop.business, receipt_of([cut, dye]), link=LINK))
    assert (address.netloc, address.path) == ("calendar.google.com", "/calendar/render")
    assert parse_qs(address.query) == {
        "action": ["TEMPLATE"],
        "text": ["Cut & dry, Dye at Linden Studio"],
        "dates": ["20270302T090000Z/20270302T103000Z"],
        "location": ["Bergmannstraße 14, 10961 Berlin"],
        "details": [f"With Maya, Tom\nRing twice #2\nYour booking: {LINK}\nPhone: +49 30 5550142"],
    }
