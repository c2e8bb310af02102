"""A period as the statements of the reports are asked about it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from app.businesses.models import Business
from app.reports.spans import Span, stretches
from app.schedule.calendars import with_hours
from app.schedule.facts import Calendar
from app.schedule.open_time import Piece, day_begins, shop_time
from app.schedule.periods import Period
from app.schedule.wall_clock import days_between, utc


@dataclass(frozen=True)
class Frame:
    """A period of business days, in stretches, with the hours of the business and of some people and rooms."""

    business: Business
    span: Span
    stretches: Sequence[Span]
    calendar: Calendar

    @cached_property
    def pieces(self) -> list[Piece]:
        """When the business is open."""
        return shop_time(self.calendar)

    @cached_property
    def begins(self) -> list[datetime]:
        """The moment each stretch begins, and at the end the one the last is over (UTC)."""
        begins = dict(day_begins(self.calendar, self.pieces))
        days = [*(it.first for it in self.stretches), self.span.last + timedelta(days=1)]
        return [utc(begins[day]) for day in days]

    @property
    def asked(self) -> dict[str, Any]:
        """What every statement has to know."""
        return {
            "business": self.business.id,
            "begins": self.begins,
            "since": self.begins[0],
            "until": self.begins[-1],
        }

    @property
    def by_the_clock(self) -> Period:
        """The same days from midnight to midnight, as money is counted."""
        return Period(self.span.first, self.span.last, self.business.zone)

    @cached_property
    def places(self) -> dict[date, int]:
        """In which of the stretches each day of the period is, counted from 0."""
        return {day: at for at, it in enumerate(self.stretches) for day in days_between(it.first, it.last)}


def frame_of(business: Business, span: Span, unit: str, resources: Collection[int] = ()) -> Frame:
    """The period with the hours of all of them: one statement."""
    calendar = with_hours(Calendar(business.zone, span.first, span.last), business.id, resources)
    return Frame(business, span, stretches(span, unit), calendar)
