"""The days around today: when each begins, and when the business is open and its people are there."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from app.businesses.models import Business
from app.core.intervals import Interval
from app.schedule.calendars import with_hours
from app.schedule.facts import Calendar
from app.schedule.open_time import Piece, day_begins, own_time, shared, shop_time, spans
from app.schedule.wall_clock import days_between, utc

WEEK = timedelta(days=7)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NearDays:
    """From the Monday of last week until a week from today."""

    calendar: Calendar
    today: date

    @property
    def this_week(self) -> list[date]:
        """Monday to Sunday."""
        monday = monday_of(self.today)
        return days_between(monday, monday + WEEK - ONE_DAY)

    @property
    def two_weeks(self) -> list[date]:
        """Last week and this one."""
        return days_between(self.this_week[0] - WEEK, self.this_week[-1])

    @cached_property
    def pieces(self) -> list[Piece]:
        """When the business is open."""
        return shop_time(self.calendar)

    @cached_property
    def begins(self) -> dict[date, int]:
        """The epoch minute each business day begins at."""
        return dict(day_begins(self.calendar, self.pieces))

    def begin(self, day: date) -> datetime:
        """The moment a business day begins."""
        return utc(self.begins[day])

    def day_of(self, minute: int) -> date:
        """The business day an epoch minute belongs to; before the first one known, that one."""
        days, minutes = list(self.begins), list(self.begins.values())
        return days[max(0, bisect_right(minutes, minute) - 1)]

    def time_of(self, resource: int) -> list[Piece]:
        """When this person or room is there while the business is open."""
        return shared(self.pieces, own_time(self.calendar, resource))

    def open_minutes(self, resources: Collection[int], days: Collection[date]) -> dict[date, int]:
        """How long these people are there on each day, all together."""
        minutes = dict.fromkeys(days, 0)
        for resource in resources:
            by_day: dict[date, list[Piece]] = {}
            for piece in self.time_of(resource):
                by_day.setdefault(piece[3], []).append(piece)
            for day in days:
                minutes[day] += length(spans(by_day.get(day, ())))
        return minutes

    def has_hours(self, days: Collection[date]) -> bool:
        """Whether the business opens on any of these days."""
        return any(day in days for _, _, _, day in self.pieces)


def near_days(business: Business, resources: Collection[int], today: date) -> NearDays:
    """The days around a business day, with the hours and time off of these people and rooms: one statement."""
    calendar = Calendar(business.zone, monday_of(today) - WEEK, today + WEEK)
    return NearDays(with_hours(calendar, business.id, resources), today)


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def length(intervals: Collection[Interval]) -> int:
    """How many minutes a canonical list covers."""
    return sum(end - start for start, end in intervals)
