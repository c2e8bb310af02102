"""What the engine has to know to judge a time, as plain values. Nothing here asks the database or the clock."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from app.core.intervals import Interval, Intervals, merge
from app.schedule.verdict import Choice
from app.schedule.wall_clock import DAY, WallClock, days_between

Season = tuple[date | None, date | None]
ALL_YEAR: Season = (None, None)


class Day(NamedTuple):
    """A date of the zone. `midnight` is None where the clock changes within 48 hours (WallClock.midnights)."""

    date: date
    weekday: int
    midnight: int | None


@dataclass(frozen=True, slots=True)
class Hours:
    """An open interval of a weekday (0 is Monday) in wall minutes; `closes` up to 2880 is on the next day.

    Season and rota are those of app.schedule.rota. While a season lasts, hours without one do not count.
    """

    weekday: int
    opens: int
    closes: int
    valid_from: date | None = None
    valid_until: date | None = None
    rota_week: int = 0
    rota_of: int = 1

    @property
    def season(self) -> Season:
        """From when until when it holds."""
        return self.valid_from, self.valid_until


@dataclass(frozen=True, slots=True)
class Member:
    """A person or space that can fill a need; `minutes` and `price_cents` where they differ from the service's.

    `daily_limit`: performs nothing more once in so many appointments on a business day.
    """

    resource: int
    name: str = ""
    minutes: int | None = None
    price_cents: int | None = None
    daily_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """One of these members is taken, during these stretches (minutes from the start; none means throughout)."""

    position: int
    members: tuple[Member, ...]
    stretches: tuple[Interval, ...] = ()
    kind: str = "staff"

    def member(self, resource: int) -> Member | None:
        return next((it for it in self.members if it.resource == resource), None)


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """How a service takes time, in minutes. The first need is who performs it and decides how long it takes.

    `arrival` and `departure` are the wall minutes between which nights are let.
    """

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
    arrival: int = 0
    departure: int = 0
    notice_amount: int = 0
    notice_unit: str = "minutes"
    advance_days: int | None = None
    daily_limit: int | None = None

    @property
    def is_class(self) -> bool:
        """Whether it has places for several customers, and so happens at the times of a timetable."""
        return self.capacity > 1

    @property
    def has_set_times(self) -> bool:
        """Whether its starts are given, as those of classes and nights are; other visits start wherever they fit."""
        return self.is_class or self.unit == "night"

    @property
    def performers(self) -> tuple[Member, ...]:
        return self.needs[0].members if self.needs else ()

    @property
    def resources(self) -> set[int]:
        """Everybody and everything that can fill a need."""
        return {it.resource for need in self.needs for it in need.members}

    @property
    def has_daily_limit(self) -> bool:
        """Whether the service or one of its performers has so many bookings a day and no more."""
        return self.daily_limit is not None or any(it.daily_limit for it in self.performers)

    @property
    def longest(self) -> int:
        """No visit takes more minutes than this."""
        if self.unit == "night":
            return (self.max_units + 1) * DAY
        if self.unit == "hour":
            return self.max_units * self.step
        return max([self.minutes or 0, *(it.minutes or 0 for it in self.performers)])

    def minutes_with(self, performer: Member, units: int | None = None) -> int:
        """How long it takes this performer; where the customer chooses the `units`, the least there is to choose."""
        if self.unit == "visit":
            return performer.minutes or self.minutes or 0
        return (units or self.min_units) * (self.step if self.unit == "hour" else DAY)

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

    Every mapping has the business itself under None; a resource that is not in `hours` keeps those of the business.
    `special` holds the dates with open intervals of their own (wall minutes, none: closed), `off` the dates nothing
    begins on. `blocked` is time somebody is away, from whatever source, and restarts the grid; it is canonical
    (app.core.intervals).
    """

    zone: str
    first: date
    last: date
    hours: Mapping[int | None, tuple[Hours, ...]] = field(default_factory=dict)
    special: Mapping[int | None, Mapping[date, Intervals]] = field(default_factory=dict)
    off: Mapping[int | None, Collection[date]] = field(default_factory=dict)
    blocked: Mapping[int | None, Intervals] = field(default_factory=dict)

    @cached_property
    def clock(self) -> WallClock:
        return WallClock(self.zone, *self.dates)

    @cached_property
    def days(self) -> list[Day]:
        """The days whose hours matter: one may reach two days ahead, and a visit goes on from there."""
        midnights = self.clock.midnights(days_between(*self.dates))
        return [Day(day, day.weekday(), midnight) for day, midnight in midnights]

    @cached_property
    def week(self) -> dict[int | None, list[list[Hours]]]:
        """The hours of each weekday."""
        return {
            resource: [[it for it in hours if it.weekday == weekday] for weekday in range(7)]
            for resource, hours in self.hours.items()
        }

    @cached_property
    def seasons(self) -> dict[int | None, set[Season]]:
        """The seasons somebody has hours for."""
        return {
            resource: {it.season for it in hours if it.season != ALL_YEAR}
            for resource, hours in self.hours.items()
        }

    @property
    def dates(self) -> tuple[date, date]:
        """The first and the last date that can matter."""
        return self.first - timedelta(2), self.last + timedelta(3)


class ClassDate(NamedTuple):
    """A class at a set time (epoch minutes): who and what it takes, its performer first, and the places left."""

    start: int
    end: int
    appointment: int
    resources: tuple[int, ...]
    left: int


@dataclass(frozen=True, kw_only=True)
class Facts(Calendar):
    """One service over these days. `busy` is taken time, buffers included, and canonical like `blocked`.

    `booked` counts the live appointments and holds of a performer on a business day, and under None the bookings of
    the service; None when nobody asked for it. `customer_room`: how many more bookings the customer may have.
    Nothing is taken for longer than `longest_taken` minutes in one piece.
    """

    service: ServiceRules
    busy: Mapping[int, Intervals] = field(default_factory=dict)
    classes: Sequence[ClassDate] = ()
    booked: Mapping[tuple[int | None, date], int] | None = None
    customer_room: int | None = None
    rules_version: int = 0
    longest_taken: int = 0

    def narrowed(self, only: Collection[int]) -> "Facts":
        """The same facts with the service left to the people or spaces asked for."""
        if not only:
            return self
        classes = [it for it in self.classes if set(only) <= set(it.resources)]
        return replace(self, service=self.service.narrowed(only), classes=classes)

    def taking(
        self, choice: Choice, day: date, stretches: Iterable[tuple[int, Interval]], places: int = 1
    ) -> "Facts":
        """The facts after one more booking on a business day: these stretches of resources, or places of a class."""
        busy = dict(self.busy)
        for resource, stretch in stretches:
            busy[resource] = merge([*busy.get(resource, ()), stretch])
        classes = [
            it._replace(left=it.left - places) if it.appointment == choice.appointment else it
            for it in self.classes
        ]
        booked = Counter(self.booked or {})
        booked.update([(performer, day) for performer in (*choice.resources[:1], None)])
        room = None if self.customer_room is None else self.customer_room - 1
        return replace(self, busy=busy, classes=classes, booked=booked, customer_room=room)

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
    def dates(self) -> tuple[date, date]:
        """The first and the last date that can matter to the longest visit."""
        first, last = super().dates
        return first, last + timedelta(self.service.longest // DAY)
