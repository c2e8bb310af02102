from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.appointments.day import bookings_of_day
from app.schedule.models import Allocation
from tests.conftest import NOW
from tests.factories import a_business, a_user, a_visit, db, hire, set_week

MONDAY, FRIDAY, SATURDAY = date(2027, 3, 1), date(2027, 3, 5), date(2027, 3, 6)


@pytest.fixture
def business(app, frozen):
    return a_business()


def at(text, zone="Europe/Berlin"):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def starts(business, day, **more):
    return [booking.starts_at for booking in bookings_of_day(business, day, NOW, **more)]


def test_a_booking_is_listed_with_who_what_when_and_for_how_much(business):
    person = hire(business.id, "Maya", colour=7)
    visit = a_visit(business, at("2027-03-01T10:00"), person=person, minutes=45)
    (row,) = bookings_of_day(business, MONDAY, NOW)
    assert (row.id, row.status, row.service, row.places) == (visit.id, "confirmed", "Haircut", 1)
    assert row.ends_at - row.starts_at == timedelta(minutes=45)
    assert (row.customer, row.email, row.person, row.colour) == (
        "Olivia Park",
        "olivia@guest.example",
        "Maya",
        7,
    )
    assert (row.total, row.currency) == (4500, "EUR")


def test_bookings_come_by_time(business):
    times = [at("2027-03-01T15:00"), at("2027-03-01T09:00"), at("2027-03-01T11:30")]
    for time in times:
        a_visit(business, time)
    assert starts(business, MONDAY) == sorted(times)


def test_a_day_is_the_shops_day_and_not_utcs(business):
    early, late = at("2027-03-01T00:00"), at("2027-03-01T23:45")
    a_visit(business, early)
    a_visit(business, late)
    a_visit(business, at("2027-02-28T23:45"))
    a_visit(business, at("2027-03-02T00:00"))
    assert starts(business, MONDAY) == [early, late]


def test_after_midnight_the_evening_before_goes_on_until_it_closes(business):
    set_week(business.id, {4: [(20 * 60, 27 * 60)]})
    before, after, gone = at("2027-03-05T23:30"), at("2027-03-06T00:30"), at("2027-03-06T03:00")
    for time in (before, after, gone):
        a_visit(business, time)
    assert starts(business, FRIDAY) == [before, after]
    assert starts(business, SATURDAY) == [gone]
    assert [row.starts_on(business.zone) for row in bookings_of_day(business, FRIDAY, NOW)] == [
        FRIDAY,
        SATURDAY,
    ]


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25)])
def test_the_day_of_a_clock_change_is_whole(business, day, hours):
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Berlin"))
    for hour in range(-1, hours + 1):
        a_visit(
            business,
            datetime.fromtimestamp(midnight.timestamp() + hour * 3600, tz=ZoneInfo("UTC")),
            minutes=30,
        )
    assert len(starts(business, day)) == hours


@pytest.mark.parametrize("day", [date(2000, 1, 1), date(2100, 12, 31)])
def test_the_first_and_the_last_day_there_are_can_be_asked_for(business, day):
    assert starts(business, day) == []


def test_what_was_given_back_is_marked_and_what_ran_out_is_left_out(business):
    for status in ("held", "pending_payment", "requested", "confirmed", "cancelled", "declined", "expired"):
        a_visit(business, at("2027-03-01T10:00"), status=status)
    rows = bookings_of_day(business, MONDAY, NOW)
    assert sorted((row.status, row.is_given_back) for row in rows) == [
        ("cancelled", True),
        ("confirmed", False),
        ("declined", True),
        ("held", False),
        ("pending_payment", False),
        ("requested", False),
    ]


def test_a_hold_that_ran_out_is_not_being_booked_any_more(business):
    a_visit(business, at("2027-03-01T10:00"), status="held", hold_minutes=-1)
    assert starts(business, MONDAY) == []


def test_staff_see_what_takes_their_own_time(business):
    user = a_user()
    me, colleague = hire(business.id, "Me", user_id=user.id), hire(business.id, "Colleague")
    mine = a_visit(business, at("2027-03-01T10:00"), person=me)
    a_visit(business, at("2027-03-01T11:00"), person=colleague)
    cancelled = a_visit(business, at("2027-03-01T12:00"), person=me, status="cancelled")
    rows = bookings_of_day(business, MONDAY, NOW, staff_user_id=user.id)
    assert [row.id for row in rows] == [mine.id, cancelled.id]
    assert bookings_of_day(business, MONDAY, NOW, staff_user_id=a_user().id) == []


def test_a_person_with_two_stretches_in_a_visit_is_listed_once(business):
    person = hire(business.id, "Maya", colour=7)
    visit = a_visit(business, at("2027-03-01T10:00"), person=person)
    second = at("2027-03-01T12:00")
    db.session.add(
        Allocation(
            business_id=business.id,
            resource_id=person.resource_id,
            appointment_id=visit.appointment_id,
            starts_at=second,
            ends_at=second + timedelta(minutes=15),
        )
    )
    db.session.flush()
    assert [row.colour for row in bookings_of_day(business, MONDAY, NOW)] == [7]


def test_another_tenants_day_is_another_day(business):
    other = a_business()
    a_visit(other, at("2027-03-01T10:00"))
    assert starts(business, MONDAY) == []
    assert len(starts(other, MONDAY)) == 1
