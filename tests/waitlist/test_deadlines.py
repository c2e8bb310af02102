"""How long an offer is kept, by day and at night."""

import pytest

from app.waitlist.deadlines import deadline
from tests.factories import berlin


@pytest.mark.parametrize(
    ("now", "starts", "until"),
    [
        # More than a day ahead two hours, within a day one, within six hours half an hour.
        ("2027-03-02 10:00", "2027-03-05 10:00", "2027-03-02 12:00"),
        ("2027-03-02 10:00", "2027-03-03 10:00", "2027-03-02 11:00"),
        ("2027-03-02 10:00", "2027-03-02 16:01", "2027-03-02 11:00"),
        ("2027-03-02 10:00", "2027-03-02 16:00", "2027-03-02 10:30"),
        # Never more than half of what is left.
        ("2027-03-02 10:00", "2027-03-02 10:40", "2027-03-02 10:20"),
        # An offer that would run out at night runs until half past nine.
        ("2027-03-02 23:00", "2027-03-05 10:00", "2027-03-03 09:30"),
        ("2027-03-02 19:31", "2027-03-05 10:00", "2027-03-03 09:30"),
        ("2027-03-02 19:29", "2027-03-05 10:00", "2027-03-02 21:29"),
        ("2027-03-02 03:00", "2027-03-05 10:00", "2027-03-02 09:30"),
        ("2027-03-02 07:29", "2027-03-05 10:00", "2027-03-02 09:30"),
        ("2027-03-02 07:31", "2027-03-05 10:00", "2027-03-02 09:31"),
        # ... or until an hour before the start, where that is earlier.
        ("2027-03-02 23:00", "2027-03-03 09:00", "2027-03-03 08:00"),
        ("2027-03-02 23:00", "2027-03-03 00:30", "2027-03-02 23:30"),
        # Over a change of the clocks, on the night to 28 March.
        ("2027-03-27 23:00", "2027-03-30 10:00", "2027-03-28 09:30"),
    ],
)
def test_the_deadline_of_an_offer(now: str, starts: str, until: str) -> None:
    assert deadline(berlin(now), berlin(starts), "Europe/Berlin") == berlin(until)


def test_no_deadline_lies_after_the_start() -> None:
    now = berlin("2027-03-02 00:00")
    for minutes in range(30, 60 * 24 * 3, 7):
        for hour in range(24):
            at = berlin(f"2027-03-02 {hour:02}:00")
            starts = at + (berlin("2027-03-02 01:00") - now) / 60 * minutes
            assert at < deadline(at, starts, "Europe/Berlin") < starts
