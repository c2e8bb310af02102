"""On which dates something weekly holds: in its season, in its week of the rota."""

from datetime import date, timedelta
from typing import Protocol

_ROTAS_BEGIN = date(2000, 1, 3).toordinal()


class Weekly(Protocol):
    """What is repeated: every week, or in week `rota_week` (from 0) of a rota of `rota_of` weeks."""

    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def rota_week(self) -> int: ...
    @property
    def rota_of(self) -> int: ...


def holds_on(it: Weekly, day: date) -> bool:
    """Whether it does on this date, which is one of its weekday."""
    in_its_week = it.rota_of == 1 or week_of(day, it.rota_of) == it.rota_week
    return in_its_week and lasts_on(it.valid_from, it.valid_until, day)


def lasts_on(since: date | None, until: date | None, day: date) -> bool:
    """Whether a season, both ends included, covers a date."""
    return (since is None or since <= day) and (until is None or day <= until)


def week_of(day: date, weeks: int) -> int:
    """Which week, from 0, of a rota of so many weeks a date is in. All rotas begin on Monday, 3 January 2000."""
    return (day.toordinal() - _ROTAS_BEGIN) // 7 % weeks


def begins_on(day: date, week: int, weeks: int) -> date:
    """The Monday of week `week` (from 0) of such a rota that is going on on a date, or comes next."""
    monday = day - timedelta(days=day.weekday())
    return monday + timedelta(weeks=(week - week_of(day, weeks)) % weeks)
