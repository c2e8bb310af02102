"""From which day to which, by the clock of the shop."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.schedule.wall_clock import WallClock, utc

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of a zone, both included."""

    first: date
    last: date
    zone: str

    @property
    def starts_at(self) -> datetime:
        """Its first moment (UTC)."""
        return self._midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """The first moment after it (UTC)."""
        return self._midnight(self.last + _DAY)

    def _midnight(self, day: date) -> datetime:
        return utc(WallClock(self.zone, day, day).opening(day, 0))


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a month."""
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])


def usual_periods(today: date) -> list[tuple[str, date, date]]:
    """Those people ask for: today, this_month, last_month, this_year."""
    last_month = month_of(today.replace(day=1) - _DAY)
    return [
        ("today", today, today),
        ("this_month", *month_of(today)),
        ("last_month", *last_month),
        ("this_year", date(today.year, 1, 1), date(today.year, 12, 31)),
    ]
