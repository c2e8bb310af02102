"""Which days a calendar shows."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.schedule.wall_clock import FIRST_DATE, LAST_DATE, days_between

VIEWS = ("day", "week", "month", "agenda")
AGENDA_DAYS = 7


@dataclass(frozen=True, slots=True)
class Period:
    """The days one of the VIEWS shows around `day`. Weeks begin on Monday."""

    view: str
    day: date

    @property
    def first(self) -> date:
        """The first day shown."""
        if self.view == "week":
            return _not_before(self.day - timedelta(self.day.weekday()))
        return self.day.replace(day=1) if self.view == "month" else self.day

    @property
    def last(self) -> date:
        """The last day shown, itself included."""
        if self.view == "week":
            return _not_after(self.day + timedelta(6 - self.day.weekday()))
        if self.view == "month":
            return _next_month(self.day) - timedelta(1)
        return _not_after(self.day + timedelta(AGENDA_DAYS - 1)) if self.view == "agenda" else self.day

    @property
    def days(self) -> list[date]:
        """All of them."""
        return days_between(self.first, self.last)

    @property
    def before(self) -> date:
        """A day in the period before this one, as far as there is one."""
        if self.view == "month":
            return _not_before(self.first - timedelta(1)).replace(day=1)
        return _not_before(self.day - timedelta(_STEP[self.view]))

    @property
    def after(self) -> date:
        """A day in the period after this one, as far as there is one."""
        if self.view == "month":
            return _not_after(_next_month(self.day))
        return _not_after(self.day + timedelta(_STEP[self.view]))


_STEP = {"day": 1, "week": 7, "agenda": AGENDA_DAYS}


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(32)).replace(day=1)


def _not_before(day: date) -> date:
    return max(day, FIRST_DATE)


def _not_after(day: date) -> date:
    return min(day, LAST_DATE)
