from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.business_hours.away import EndsBeforeItBegins, add_days_off, add_hours_off, remove_time_off
from app.business_hours.models import TimeOff
from app.core.db import db
from tests.appointments.looking import events
from tests.conftest import NOW
from tests.factories import ANNA, BERLIN, a_business, berlin, hire, rules_version

pytestmark = pytest.mark.usefixtures("app", "frozen")

MONDAY = date(2027, 8, 2)
NINE = berlin("2027-08-02 09:00")


def days_off(business, first, last, resource=None, **more):
    return add_days_off(business.id, first, last, resource, by=ANNA, now=NOW, **more)


def hours_off(business, start, end, resource=None, **more):
    return add_hours_off(business.id, start, end, resource, by=ANNA, now=NOW, **more)


def rows(business):
    found = select(TimeOff).filter_by(business_id=business.id).order_by(TimeOff.id)
    return list(db.session.scalars(found))


def test_a_holiday_is_kept_in_days_and_a_dentist_in_hours():
    business = a_business()
    maya = hire(business.id, "Maya").resource_id
    days_off(business, MONDAY, MONDAY + timedelta(13), reason="Summer")
    hours_off(business, NINE, NINE + timedelta(hours=2), maya)
    holiday, dentist = rows(business)
    assert (holiday.resource_id, holiday.first_on, holiday.last_on) == (None, MONDAY, MONDAY + timedelta(13))
    assert (holiday.starts_at, holiday.reason, holiday.source) == (None, "Summer", "member")
    assert (dentist.resource_id, dentist.first_on) == (maya, None)
    assert (dentist.starts_at, dentist.ends_at) == (NINE, NINE + timedelta(hours=2))


def test_a_single_day_is_its_first_and_its_last():
    business = a_business()
    off = days_off(business, MONDAY, MONDAY)
    assert (off.first_on, off.last_on) == (MONDAY, MONDAY)


@pytest.mark.parametrize("days", [-1, -365, 732])
def test_days_off_that_end_before_they_begin_or_last_for_years_are_refused(days):
    business = a_business()
    before = rules_version(business.id)
    with pytest.raises(EndsBeforeItBegins):
        days_off(business, MONDAY, MONDAY + timedelta(days))
    assert rows(business) == events("time_off.added") == []
    assert rules_version(business.id) == before


@pytest.mark.parametrize(
    "length", [timedelta(), timedelta(seconds=-1), timedelta(days=-3), timedelta(days=731, seconds=1)]
)
def test_hours_off_that_end_before_they_begin_or_last_for_years_are_refused(length):
    business = a_business()
    with pytest.raises(EndsBeforeItBegins):
        hours_off(business, NINE, NINE + length)
    assert rows(business) == events("time_off.added") == []


def test_two_years_are_the_longest_there_is():
    business = a_business()
    days_off(business, MONDAY, MONDAY + timedelta(731))
    hours_off(business, NINE, NINE + timedelta(days=731))
    assert len(rows(business)) == 2


def test_two_years_that_begin_in_winter_and_end_in_summer_on_one_wall_are_whole():
    business = a_business()
    start = datetime(2027, 1, 4, 9, tzinfo=BERLIN)
    hours_off(business, start, start + timedelta(days=731))
    assert len(rows(business)) == 1


def test_coming_and_going_is_written_down_and_raises_the_version():
    business = a_business()
    maya = hire(business.id, "Maya").resource_id
    before = rules_version(business.id)
    holiday = days_off(business, MONDAY, MONDAY, reason="Summer")
    dentist = hours_off(business, NINE, NINE + timedelta(hours=2), maya)
    remove_time_off(holiday, by=ANNA, now=NOW)
    remove_time_off(dentist, by=ANNA, now=NOW)
    assert rows(business) == []
    assert rules_version(business.id) == before + 4
    for_days, for_hours = events("time_off.added")
    assert for_days.changes == {"first_on": [None, "2027-08-02"], "last_on": [None, "2027-08-02"]}
    assert (for_days.subject_kind, for_days.subject_id, for_days.reason) == (
        "business",
        business.id,
        "Summer",
    )
    assert (for_hours.subject_kind, for_hours.subject_id) == ("resource", maya)
    assert set(for_hours.changes) == {"starts_at", "ends_at"}
    assert for_hours.changes["starts_at"][0] is None
    back_days, back_hours = events("time_off.removed")
    assert back_days.changes == {"first_on": ["2027-08-02", None], "last_on": ["2027-08-02", None]}
    assert {name: datetime.fromisoformat(it[0]) for name, it in back_hours.changes.items()} == {
        "starts_at": NINE,
        "ends_at": NINE + timedelta(hours=2),
    }
    assert (back_hours.actor_name, back_hours.at) == ("Anna", NOW)


def test_somebody_of_another_business_cannot_be_sent_away():
    business, other = a_business(), a_business()
    stranger = hire(other.id, "June").resource_id
    with pytest.raises(IntegrityError), db.session.begin_nested():
        days_off(business, MONDAY, MONDAY, stranger)


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"first_on": MONDAY},
        {"starts_at": NINE},
        {"first_on": MONDAY, "last_on": MONDAY, "starts_at": NINE, "ends_at": NINE + timedelta(hours=1)},
        {"first_on": MONDAY, "last_on": MONDAY - timedelta(1)},
        {"starts_at": NINE, "ends_at": NINE},
    ],
)
def test_time_off_is_either_days_or_hours_and_whole(columns):
    business = a_business()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(TimeOff(business_id=business.id, **columns))


def test_time_off_somebody_has_removed_meanwhile_is_not_removed_again():
    business = a_business()
    off = days_off(business, MONDAY, MONDAY)
    gone = delete(TimeOff).filter_by(business_id=business.id)
    db.session.execute(gone, execution_options={"synchronize_session": False})
    before = rules_version(business.id)
    remove_time_off(off, by=ANNA, now=NOW)
    assert events("time_off.removed") == []
    assert rules_version(business.id) == before
