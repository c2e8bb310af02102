"""When a reminder is due, whatever the clocks do in between."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.appointments.due import due_at
from app.notifications.models import ReminderRule
from tests.factories import berlin

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "UTC",
]
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 3 * 525_600).map(lambda minute: BEGIN + timedelta(minutes=minute))
lengths = st.integers(5, 2000).map(lambda minutes: timedelta(minutes=minutes))


def a_rule(unit: str, amount: int, at_min: int | None = None, about: str = "before") -> ReminderRule:
    return ReminderRule(about=about, unit=unit, amount=amount, at_min=at_min, channel="email")


def due(rule: ReminderRule, starts_at: datetime) -> datetime:
    return due_at(rule, starts_at, starts_at + timedelta(hours=1), "Europe/Berlin")


def test_a_day_that_loses_an_hour_tells_hours_from_days() -> None:
    sunday = berlin("2027-03-28 10:00")
    assert due(a_rule("hours", 24), sunday) == berlin("2027-03-27 09:00")
    assert due(a_rule("days", 1), sunday) == berlin("2027-03-27 10:00")
    assert due(a_rule("days", 1, 18 * 60), sunday) == berlin("2027-03-27 18:00")


def test_a_day_that_gains_an_hour_does_too() -> None:
    sunday = berlin("2027-10-31 10:00")
    assert due(a_rule("hours", 24), sunday) == berlin("2027-10-30 11:00")
    assert due(a_rule("days", 1), sunday) == berlin("2027-10-30 10:00")


@pytest.mark.parametrize(
    ("starts_at", "expected"),
    [
        ("2027-11-01 02:30", "2027-10-31T00:30:00+00:00"),  # The first of two 02:30.
        ("2027-03-29 02:30", "2027-03-28T01:00:00+00:00"),  # There is none: the moment of the jump.
    ],
)
def test_a_clock_time_that_is_there_twice_or_never(starts_at: str, expected: str) -> None:
    assert due(a_rule("days", 1), berlin(starts_at)) == datetime.fromisoformat(expected)


@given(moments, lengths, st.integers(1, 720), st.sampled_from(ZONES), st.sampled_from(["before", "after"]))
def test_hours_are_real_time(at: datetime, length: timedelta, amount: int, zone: str, about: str) -> None:
    found = due_at(a_rule("hours", amount, about=about), at, at + length, zone)
    assert found == (
        at - timedelta(hours=amount) if about == "before" else at + length + timedelta(hours=amount)
    )


@given(
    moments,
    lengths,
    st.integers(0, 30),
    st.none() | st.integers(0, 1439),
    st.sampled_from(ZONES),
    st.sampled_from(["before", "after"]),
)
def test_days_are_those_of_the_calendar(
    at: datetime, length: timedelta, amount: int, at_min: int | None, zone: str, about: str
) -> None:
    moment = at if about == "before" else at + length
    here = moment.astimezone(ZoneInfo(zone))
    found = due_at(a_rule("days", amount, at_min, about), at, at + length, zone).astimezone(ZoneInfo(zone))
    assert abs((found.date() - here.date()).days) == amount
    wall = here.hour * 60 + here.minute if at_min is None else at_min
    shown = found.hour * 60 + found.minute
    assert shown == wall or found.astimezone(UTC) == jump_on(found), (
        "a skipped time is the moment of the jump"
    )
    assert found.fold == 0 or shown != wall, "of two the first"


def jump_on(found: datetime) -> datetime:
    """The moment itself if the clock was put forward at it."""
    before = (found.astimezone(UTC) - timedelta(minutes=1)).astimezone(found.tzinfo)
    gained = found.replace(tzinfo=None) - before.replace(tzinfo=None)
    return found.astimezone(UTC) if gained > timedelta(minutes=1) else datetime.min.replace(tzinfo=UTC)
