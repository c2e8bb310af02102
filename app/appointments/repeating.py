"""The dates of a visit that comes again every so many weeks."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.schedule.wall_clock import LAST_DATE, WallClock

MOST_DATES = 26


@dataclass(frozen=True, slots=True)
class Turn:
    """One date, and its start (epoch minutes); None where the clock skips that time."""

    on: date
    start: int | None


def turns(
    zone: str, first: date, wall: int, weeks: int, *, times: int | None = None, until: date | None = None
) -> list[Turn]:
    """The same minute on the wall every so many `weeks`, so many times or until a date, and never more than 26 times.

    Of a time the clock shows twice it is the first.
    """
    count = min(times or MOST_DATES, MOST_DATES)
    days = [first + timedelta(weeks=weeks * number) for number in range(count)]
    days = [day for day in days if day <= (until or LAST_DATE)]
    clock = WallClock(zone, first, max(days, default=first))
    return [Turn(day, next(iter(clock.instants(day, wall)), None)) for day in days]
