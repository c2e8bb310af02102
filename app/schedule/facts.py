"""What the engine has to know to judge a time, as plain values. Nothing here asks the database or the clock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from app.core.intervals import Interval, Intervals
from app.schedule.wall_clock import DAY, WallClock, days_between


class Day(NamedTuple):
    """A date of the zone. `midnight` is None where the clock changes within 48 hours (WallClock.midnights)."""

    date: date
    weekday: int
    midnight: int | None


@dataclass(frozen=True, slots=True)
class Hours:
    """An open interval of a weekday (0 is Monday) in wall minutes; `closes` up to 2880 is on the next day.

    `rota_week` other than 0 is a row of a rota: it opens nothing as long as no week of a rota is known.
    """

    weekday: int
    opens: int
    closes: int
    valid_from: date | None = None
    valid_until: date | None = None
    rota_week: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """A person or space that can fill a need; `minutes` and `price_cents` where they differ from the service's."""

    resource: int
    name: str = ""
    minutes: int | None = None
    price_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """One of these members is taken, during these stretches (minutes from the start; none means throughout)."""

    position: int
    members: tuple[Member, ...]
    stretches: tuple[Interval, ...] = ()

    def member(self, resource: int) -> Member | None:
        return next((it for it in self.members if it.resource == resource), None)


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """How a service takes time, in minutes. The first need is who performs it and decides how long it takes."""

    id: int
    needs: tuple[Need, ...]
    unit: str = "visit"
    minutes: int | None = None
    step: int = 15
    before: int = 0
    after: int = 0
    min_units: int = 1
    max_units: int = 1
    capacity: int = 1
    price_cents: int | None = None
    notice_amount: int = 0
    notice_unit: str = "minutes"
    advance_days: int | None = None

    @property
    def performers(self) -> tuple[Member, ...]:
        return self.needs[0].members if self.needs else ()

    @property
    def longest(self) -> int:
        """No visit takes more minutes than this."""
        if self.unit == "night":
            return (self.max_units + 1) * DAY
        if self.unit == "hour":
            return self.max_units * self.step
        return max([self.minutes or 0, *(it.minutes or 0 for it in self.performers)])

    def minutes_with(self, performer: Member) -> int:
        """How long it takes this performer; where the customer chooses, the least there is to choose."""
        if self.unit == "visit":
            return performer.minutes or self.minutes or 0
        return self.min_units * (self.step if self.unit == "hour" else DAY)

    def narrowed(self, only: Collection[int]) -> "ServiceRules":
        """These rules with those asked for as the only ones for the first need each can fill; none who can: nobody."""
        needs, left = [], set(only)
        for need in self.needs:
            wanted = tuple(it for it in need.members if it.resource in left)
            left -= {it.resource for it in wanted}
            needs.append(replace(need, members=wanted) if wanted else need)
        if left and needs:
            needs[0] = replace(needs[0], members=())
        return replace(self, needs=tuple(needs))


@dataclass(frozen=True)
class Calendar:
    """When a business is open on its days `first` to `last`, both included. All moments are epoch minutes.

    `hours` and `blocked` have the business itself under None; a resource that is not in `hours` keeps those of
    the business. `blocked` is time somebody is away, from whatever source, and restarts the grid; it is canonical
    (app.core.intervals).
    """

    zone: str
    first: date
    last: date
    hours: Mapping[int | None, tuple[Hours, ...]] = field(default_factory=dict)
    blocked: Mapping[int | None, Intervals] = field(default_factory=dict)

    @cached_property
    def clock(self) -> WallClock:
        return WallClock(self.zone, *self._dates)

    @cached_property
    def days(self) -> list[Day]:
        """The days whose hours matter: one may reach two days ahead, and a visit goes on from there."""
        midnights = self.clock.midnights(days_between(*self._dates))
        return [Day(day, day.weekday(), midnight) for day, midnight in midnights]

    @cached_property
    def week(self) -> dict[int | None, list[list[Hours]]]:
        """The hours of each weekday."""
        week: dict[int | None, list[list[Hours]]] = {}
        for resource, hours in self.hours.items():
            weekly = [it for it in hours if not it.rota_week]
            week[resource] = [[it for it in weekly if it.weekday == weekday] for weekday in range(7)]
        return week

    @property
    def _dates(self) -> tuple[date, date]:
        return self.first - timedelta(2), self.last + timedelta(3)


@dataclass(frozen=True, kw_only=True)
class Facts(Calendar):
    """One service over these days. `busy` is taken time, buffers included, and canonical like `blocked`.

    `booked` counts the live bookings and holds of a performer on a business day; None when nobody asked for it.
    """

    service: ServiceRules
    busy: Mapping[int, Intervals] = field(default_factory=dict)
    booked: Mapping[tuple[int, date], int] | None = None
    rules_version: int = 0

    def narrowed(self, only: Collection[int]) -> "Facts":
        """The same facts with the service left to the people or spaces asked for."""
        return replace(self, service=self.service.narrowed(only)) if only else self

    @property
    def window(self) -> Interval:
        """Where a start can be judged."""
        return self.clock.opening(self.first, 0), self.clock.closing(self.last, 2 * DAY)

    @property
    def taken_window(self) -> Interval:
        """Where taken time can be in the way of such a start."""
        start, end = self.window
        return start - self.service.before, end + self.service.longest + self.service.after

    @property
    def _dates(self) -> tuple[date, date]:
        first, last = super()._dates
        return first, last + timedelta(self.service.longest // DAY)
