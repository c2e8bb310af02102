"""When a business is open, for its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.business_hours.closures import Closure, own_days
from app.businesses.models import Business
from app.core.intervals import Interval
from app.schedule.facts import Calendar
from app.schedule.opening_times import (
    DayHours,
    OpenNow,
    hours_of_days,
    open_now,
    opening_calendar,
    weekly_hours_on,
)
from app.schedule.wall_clock import days_between, epoch_minute, local_date

DAYS_AHEAD = 60


@dataclass(frozen=True, slots=True)
class Opening:
    """`week` is this week, Monday first, each day with its name where it has one; `closures` are those ahead.

    `is_known`: there are hours at all, of whatever season.
    """

    today: date
    now: OpenNow
    week: list[tuple[DayHours, str | None]]
    closures: list[Closure]
    is_known: bool
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Regular:
    """How a business is open by and large, from today on: the hours of each weekday (0 is Monday), in wall minutes.

    `others` are the dates of the next sixty days that have other hours, for whatever reason.
    """

    week: Mapping[int, Sequence[Interval]]
    others: list[DayHours]


def opening_of(business: Business, now: datetime) -> Opening:
    """Whether a business is open, this week's hours, and the closures of the next sixty days: three statements."""
    today = local_date(now, business.zone)
    monday, last = today - timedelta(today.weekday()), today + timedelta(DAYS_AHEAD)
    calendar = opening_calendar(business, monday, last)
    own = own_days(business.id, monday, last, business.zone)
    week = hours_of_days(calendar, days_between(monday, monday + timedelta(6)))
    return Opening(
        today,
        open_now(calendar, epoch_minute(now)),
        [(day, own.why(day.date) if day.unusual else None) for day in week],
        [it for it in own.closures if it.last >= today and (it.ends_at is None or it.ends_at > now)],
        None in calendar.hours or None in calendar.special,
        calendar,
    )


def regular_hours(opening: Opening) -> Regular:
    """The same hours for machines: without another statement."""
    calendar, today = opening.calendar, opening.today
    coming = days_between(today, today + timedelta(6))
    week = {day.weekday(): weekly_hours_on(calendar, day) for day in coming}
    ahead = hours_of_days(calendar, days_between(today, calendar.last))
    return Regular(week, [it for it in ahead if list(it.intervals) != week[it.date.weekday()]])
