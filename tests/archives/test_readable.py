"""The copy for people in an archive: tables, a calendar, and a page that says what is what."""

import csv
import io
import tracemalloc
import zipfile

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from app.appointments.cancelling import cancel
from app.archives.readable import write_readable
from app.archives.writing import write_archive
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.customers.models import Customer
from app.customers.noting import write_note
from tests.factories import ANNA, a_booking, a_hold, a_membership, a_shop, a_user, berlin

pytestmark = pytest.mark.usefixtures("folder", "frozen")
TEN = berlin("2027-03-02 10:00")


@pytest.fixture
def shop(app):
    return a_shop()


def archive_of(shop, language=None):
    file = io.BytesIO()
    write_archive(shop.business.id, file, clock.now(), host="book.example.com", language=language)
    return zipfile.ZipFile(file)


def table(shop, name, language=None):
    """The rows of a table by its heads."""
    with archive_of(shop, language) as archive:
        text = archive.read(f"tables/{name}.csv").decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def events(shop):
    with archive_of(shop) as archive:
        return Calendar.from_ical(archive.read("calendar.ics"))


def test_it_says_what_is_in_it(shop):
    with archive_of(shop) as archive:
        text = archive.read("README.txt").decode()
        for name in ("customers", "bookings", "services", "staff", "invoices", "payments"):
            assert f"tables/{name}.csv" in text
            assert f"tables/{name}.csv" in archive.namelist()
    assert "Ann's Salon" in text
    assert "2027-03-01" in text
    assert "flask business import" in text


def test_a_booking_is_there_with_all_of_it(shop):
    booking = a_booking(shop, TEN)
    booking.note, booking.answers = "Hates cats", {"1": {"question": "Allergies?", "answer": "Nuts"}}
    gone = a_booking(shop, TEN.replace(hour=12))
    cancel(shop.business, gone, by=SYSTEM, now=clock.now(), reason="ill")
    kept, lost = table(shop, "bookings")
    wanted = {
        "Number": str(booking.id),
        "Date": "2027-03-02",
        "From": "10:00",
        "Until": "10:30",
        "State": "Confirmed",
        "Service": "Haircut",
        "Customer": "Olivia Park",
        "Customer number": str(booking.customer_id),
        "Price": "45.00",
        "Currency": "EUR",
        "Note": "Hates cats",
        "Answers": "Allergies? Nuts",
    }
    assert {name: kept[name] for name in wanted} == wanted
    assert (lost["State"], lost["Cancelled because"]) == ("Cancelled", "ill")


def test_what_nobody_finished_is_no_booking(shop):
    a_hold(shop, TEN)
    assert table(shop, "bookings") == []


def test_customers_have_their_notes_and_formulas_are_text(shop):
    booking = a_booking(shop, TEN)
    customer = db.session.get_one(Customer, (shop.business.id, booking.customer_id))
    write_note(customer, "Knows Mozart", by=ANNA, now=clock.now())
    customer.name, customer.tags = "=HYPERLINK(1)", ["@regular", "vip"]
    merged = Customer(business_id=shop.business.id, name="Double", merged_into=customer.id)
    erased = Customer(business_id=shop.business.id, name="Erased", erased_at=clock.now())
    db.session.add_all([merged, erased])
    db.session.flush()
    [row] = table(shop, "customers")
    assert (row["Name"], row["Tags"], row["Notes"]) == (
        "'=HYPERLINK(1)",
        "'@regular, vip",
        "Anna: Knows Mozart",
    )


def test_services_and_the_team_know_each_other(shop):
    a_membership(shop.business, "owner", a_user(email="maya@example.com"))
    [service] = table(shop, "services")
    assert (service["Name"], service["Minutes"], service["Price"]) == ("Haircut", "30", "45.00")
    person, owner = table(shop, "staff")
    assert (service["People"], person["Services"]) == (person["Name"], "Haircut")
    assert (owner["Number"], owner["Role"], owner["E-mail"]) == ("", "Owner", "maya@example.com")


def test_its_heads_are_in_the_language_of_whoever_asked(shop):
    assert "Name" in table_heads(shop, None)
    assert table_heads(shop, "de") != table_heads(shop, None)


def table_heads(shop, language):
    with archive_of(shop, language) as archive:
        return archive.read("tables/customers.csv").decode().splitlines()[0]


def test_the_calendar_has_each_appointment_with_names_and_its_zone(shop):
    a_booking(shop, TEN)
    a_booking(shop, berlin("2027-04-02 10:00"), email="ada@example.com")
    gone = a_booking(shop, TEN.replace(hour=12))
    cancel(shop.business, gone, by=SYSTEM, now=clock.now())
    calendar = events(shop)
    first, second = calendar.walk("VEVENT")
    assert first["summary"] == "Haircut · Olivia Park, with Maya"
    assert [it["dtstart"].dt for it in (first, second)] == [TEN, berlin("2027-04-02 10:00")]
    assert "@book.example.com" in first["uid"]
    assert [it["tzid"] for it in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


def test_the_calendar_of_a_business_without_bookings_is_one(shop):
    assert events(shop).walk("VEVENT") == []


def test_another_business_is_not_in_it(shop):
    other = a_shop()
    a_booking(other, TEN, email="somebody-else@example.com")
    with archive_of(shop) as archive:
        for name in archive.namelist():
            assert b"somebody-else" not in archive.read(name), name


def test_it_needs_no_more_memory_for_many(shop):
    db.session.execute(
        sa.text(
            "INSERT INTO customers (business_id, name, email)"
            " SELECT :business, 'Somebody', i || '@example.com' FROM generate_series(1, 20000) i"
        ),
        {"business": shop.business.id},
    )
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        tracemalloc.start()
        write_readable(archive, shop.business.id, language=None, host="book.example.com", now=clock.now())
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    with zipfile.ZipFile(to) as archive:
        assert archive.read("tables/customers.csv").count(b"\n") == 20_001
    assert peak < 6_000_000, peak
