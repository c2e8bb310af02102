"""When a business is open, as its customers ask: now, until when, and on which hours of this week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.businesses.models import Business
from app.core.intervals import Interval, contains, merge, subtract
from app.schedule.calendars import with_hours
from app.schedule.facts import Calendar
from app.schedule.open_time import open_time, shop_time, spans, weekly_hours
from app.schedule.wall_clock import DAY


@dataclass(frozen=True, slots=True)
class OpenNow:
    """Whether a business is open, and when that changes next: so many `days` from today, at a wall `minute`.

    `days` is None when it does not change on the days that are known. `closed_today`: nothing is open on this date,
    from its midnight to the next.
    """

    is_open: bool
    closed_today: bool
    days: int | None = None
    minute: int = 0
    on: date | None = None


@dataclass(frozen=True, slots=True)
class DayHours:
    """A date with its open intervals in wall minutes, earliest first. `unusual`: other ones than it has every week."""

    date: date
    intervals: Sequence[Interval]
    unusual: bool

    @property
    def around_the_clock(self) -> bool:
        """Whether it is open from midnight to midnight."""
        return merge(self.intervals) == [(0, DAY)]


def opening_calendar(business: Business, first: date, last: date) -> Calendar:
    """The hours of a business on these days: one statement, however many days."""
    return with_hours(Calendar(business.zone, first, last), business.id)


def open_now(calendar: Calendar, minute: int) -> OpenNow:
    """Whether the business is open at an epoch minute within the days of the calendar."""
    pieces = spans(shop_time(calendar))
    today, _ = calendar.clock.shows(minute)
    midnight, next_midnight = (calendar.clock.opening(today, wall) for wall in (0, DAY))
    is_open = contains(pieces, minute)
    closed_today = not any(start < next_midnight and end > midnight for start, end in pieces)
    ends = calendar.clock.opening(calendar.last, DAY)
    changes = [end for _, end in pieces] if is_open else [start for start, _ in pieces]
    change = next((it for it in changes if it > minute), ends)
    if change >= ends:
        return OpenNow(is_open, closed_today)
    on, wall = calendar.clock.shows(change)
    return OpenNow(is_open, closed_today, (on - today).days, wall, on)


def hours_of_days(calendar: Calendar, days: Sequence[date]) -> list[DayHours]:
    """The open intervals that begin on each of these days of the calendar."""
    pieces = shop_time(calendar)
    closed = calendar.blocked.get(None, ())
    usual = {day.date: merge(open_time(calendar, None, day)) for day in calendar.days}
    found = []
    for day in days:
        intervals = [(start, end) for start, end, _, on in pieces if on == day]
        own = day in calendar.special.get(None, ()) or day in calendar.off.get(None, ())
        cut = subtract(usual[day], closed) != usual[day]
        found.append(DayHours(day, [_on_the_wall(calendar, day, it) for it in intervals], own or cut))
    return found


def weekly_hours_on(calendar: Calendar, day: date) -> list[Interval]:
    """What the weekly hours of the business alone say of a date, in wall minutes, earliest first."""
    return merge(weekly_hours(calendar, None, day, day.weekday()))


def _on_the_wall(calendar: Calendar, day: date, interval: Interval) -> Interval:
    """An interval in wall minutes of the day it belongs to."""
    start, end = (calendar.clock.shows(minute) for minute in interval)
    return ((start[0] - day).days * DAY + start[1], (end[0] - day).days * DAY + end[1])
