"""The same rules told minute by minute, slowly and without any interval."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import product
from zoneinfo import ZoneInfo

from app.schedule.facts import Calendar, Facts, Hours, Member, Need

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = 1440
FOREVER = 10**7


@lru_cache(maxsize=64)
def wall(zone: str, first: date, last: date) -> dict[int, int]:
    """What the clock shows at every minute of these days, the evening after the last one included, in any zone.

    Local dates begin up to a UTC day early and end up to a day late; hours until 48:00 end a whole day after theirs.
    What it shows is counted in minutes since it showed the beginning of 1970. No clock changes within a quarter.
    """
    tz = ZoneInfo(zone)
    begin, end = ((day - EPOCH.date()).days * DAY for day in (first - timedelta(1), last + timedelta(3)))
    shown = {}
    for quarter in range(begin, end, 15):
        offset = (EPOCH + quarter * MINUTE).astimezone(tz).utcoffset() or timedelta()
        shown |= {minute: minute + offset // MINUTE for minute in range(quarter, quarter + 15)}
    return shown


@lru_cache(maxsize=64)
def seen(zone: str, first: date, last: date) -> dict[int, list[int]]:
    """The minutes at which the clock shows a time: one, or two in an hour that comes twice."""
    minutes: dict[int, list[int]] = {}
    for minute, shown in wall(zone, first, last).items():
        minutes.setdefault(shown, []).append(minute)
    return minutes


@lru_cache
def weeks_since_rotas_began(day: date) -> int:
    """How many weeks are over since the first Monday of 2000."""
    weeks, monday = 0, date(2000, 1, 3)
    while monday + timedelta(7) <= day:
        weeks, monday = weeks + 1, monday + timedelta(7)
    return weeks


def minutes_of(intervals: Collection[tuple[int, int]]) -> set[int]:
    return {minute for start, end in intervals for minute in range(start, end)}


class Clock:
    """What a zone's clock shows on these days, and when it shows something."""

    def __init__(self, zone: str, first: date, last: date) -> None:
        self.zone = ZoneInfo(zone)
        self.wall = wall(zone, first, last)
        self.seen = seen(zone, first, last)

    @cached_property
    def jumps(self) -> list[int]:
        """The minutes at which the clock has skipped some."""
        return [m for m in self.wall if m - 1 in self.wall and self.wall[m] - self.wall[m - 1] > 1]

    def opening(self, day: date, wall_minute: int) -> int:
        """An opening in the doubled hour is the first; in the missing hour the moment the clock jumps."""
        return self._instants(day, wall_minute)[0]

    def closing(self, day: date, wall_minute: int) -> int:
        """A closing in the doubled hour is the second; in the missing hour the moment the clock jumps."""
        return self._instants(day, wall_minute)[-1]

    def _instants(self, day: date, wall_minute: int) -> list[int]:
        shown = (day - EPOCH.date()).days * DAY + wall_minute
        return self.seen.get(shown) or [m for m in self.jumps if self.wall[m - 1] < shown < self.wall[m]]


class Days:
    """Who is there at every minute of a few days. Sets of epoch minutes throughout."""

    def __init__(self, facts: Calendar, more: int = 0) -> None:
        self.facts = facts
        first, last = facts.first - timedelta(2), facts.last + timedelta(4 + more)
        self.clock = Clock(facts.zone, first, last)
        self.days = [first + timedelta(n) for n in range((last - first).days + 1)]

    def begun(self, resource: int | None, day: date) -> set[int]:
        """Open minutes of the intervals that begin on this day; somebody without hours keeps those of the shop."""
        facts = self.facts
        if day in facts.off.get(resource, ()):
            return set()
        if day in facts.special.get(resource, ()):
            intervals = list(facts.special[resource][day])
        elif resource is not None and resource not in facts.hours:
            return self.begun(None, day)
        else:
            rows = [it for it in facts.hours.get(resource, ()) if self._is_of(it, day)]
            if self.has_season(resource, day):
                rows = [it for it in rows if it.valid_from or it.valid_until]
            intervals = [(it.opens, it.closes) for it in rows]
        return {
            minute
            for opens, closes in intervals
            for minute in range(self.clock.opening(day, opens), self.clock.closing(day, closes))
        }

    def has_season(self, resource: int | None, day: date) -> bool:
        """Whether this day is in a season somebody has hours for, be it on another weekday."""
        return any(
            (it.valid_from or it.valid_until) and (it.valid_from or day) <= day <= (it.valid_until or day)
            for it in self.facts.hours.get(resource, ())
        )

    def _is_of(self, it: Hours, day: date) -> bool:
        if (it.valid_from and day < it.valid_from) or (it.valid_until and day > it.valid_until):
            return False
        return it.weekday == day.weekday() and it.rota_week == weeks_since_rotas_began(day) % it.rota_of

    @cached_property
    def shop(self) -> dict[date, set[int]]:
        closed = minutes_of(self.facts.blocked.get(None, ()))
        return {day: self.begun(None, day) - closed for day in self.days}

    @cached_property
    def open_minutes(self) -> set[int]:
        return set().union(*self.shop.values())

    def there(self, resource: int) -> set[int]:
        """When somebody is there, whatever the business does."""
        facts = self.facts
        if resource in facts.hours or resource in facts.special or resource in facts.off:
            minutes = set().union(*(self.begun(resource, day) for day in self.days))
        else:
            minutes = set(self.clock.wall)
        return minutes - minutes_of(facts.blocked.get(resource, ()))

    @cached_property
    def day_at(self) -> dict[int, date]:
        """The business day of each open minute: the last of those that are open then."""
        return {minute: day for day in self.days for minute in self.shop[day]}

    @cached_property
    def begins(self) -> dict[date, int]:
        """A day begins at midnight, or when the evening before is over, or sooner, where it opens before that."""
        found = {}
        for day in self.days:
            evening = [
                it + 1
                for it in self.shop.get(day - timedelta(1), ())
                if self.day_at[it] == day - timedelta(1)
            ]
            begin = max([self.clock.opening(day, 0), *evening])
            found[day] = min([begin, *(it for it in self.shop[day] if self.day_at[it] == day)])
        return found

    def day_of(self, start: int) -> date:
        if start in self.day_at:
            return self.day_at[start]
        return max(day for day, begin in self.begins.items() if begin <= start)


class Asked(Days):
    """What counts for every start of a service, wherever it comes from."""

    already = 0
    """How many bookings of the same service the visit has before this one."""

    def __init__(
        self,
        facts: Facts,
        now: datetime,
        only: Collection[int] = (),
        units: int | None = None,
        places: int = 1,
        more: int = 0,
    ) -> None:
        super().__init__(facts, more)
        self.facts: Facts = facts
        self.now, self.only, self.units, self.places = now, only, units, places
        self.service = facts.service
        self.today = now.astimezone(self.clock.zone).date()

    @cached_property
    def busy(self) -> dict[int, set[int]]:
        return {resource: minutes_of(taken) for resource, taken in self.facts.busy.items()}

    def is_too_soon(self, start: int) -> bool:
        moment, service = EPOCH + start * MINUTE, self.service
        if service.notice_unit == "minutes":
            return moment < self.now + service.notice_amount * MINUTE
        on = moment.astimezone(self.clock.zone).date()
        return moment < self.now or on < self.today + timedelta(service.notice_amount)

    def is_too_far(self, start: int) -> bool:
        advance = self.service.advance_days
        return advance is not None and self.day_of(start) > self.today + timedelta(advance)

    def is_limited(self, performer: Member | None, day: date) -> bool:
        """Whether the customer, the service or the performer has as many bookings as they may."""
        booked, room = self.facts.booked or {}, self.facts.customer_room
        of_service = booked.get((None, day), 0) + self.already
        counted = [(of_service, self.service.daily_limit)]
        if performer:
            counted.append((booked.get((performer.resource, day), 0), performer.daily_limit))
        return (room is not None and room <= self.already) or any(
            limit is not None and count >= limit for count, limit in counted
        )

    def is_away(self, resource: int | None, start: int, end: int) -> bool:
        """Whether a closure or time off takes a minute, or the day it begins on or one that it fills to the end."""
        if minutes_of(self.facts.blocked.get(resource, ())) & set(range(start, end)):
            return True
        first, last = self.day_of(start), self.day_of(end) - timedelta(1)
        days = [first, *(day for day in self.days if first < day <= last)]
        special = self.facts.special.get(resource, {})
        return any(day in self.facts.off.get(resource, ()) or special.get(day) == [] for day in days)


class Oracle(Asked):
    """Looks at every minute at which one service could start."""

    def members(self, need: Need) -> list[Member]:
        """Those who can fill a need. Somebody asked for fills the first need they can, and nobody else does."""
        firsts = {
            it.resource: other.position for other in reversed(self.service.needs) for it in other.members
        }
        if need is self.service.needs[0] and set(self.only) - set(firsts):
            return []
        asked = [it for it in need.members if it.resource in self.only]
        return [it for it in asked if firsts[it.resource] == need.position] or list(need.members)

    @property
    def performers(self) -> list[Member]:
        return self.members(self.service.needs[0])

    @cached_property
    def presence(self) -> dict[int, set[int]]:
        return {it: self.there(it) for it in self.service.resources}

    def length(self, performer: Member) -> int:
        if self.service.unit == "hour":
            return (self.units or self.service.min_units) * self.service.step
        return performer.minutes or self.service.minutes or 0

    def work(self, need: Need, length: int) -> set[int]:
        """Minutes from the start in which a resource works."""
        work: set[int] = set()
        for start, end in need.stretches:
            end = length if end == self.service.minutes else end
            work |= {minute for minute in range(start, end) if minute < length}
        return work or set(range(length))

    def occupied(self, need: Need, length: int, *, before: bool = True, after: bool = True) -> set[int]:
        """Its work with the buffers on these sides."""
        work = self.work(need, length)
        first, last = min(work), max(work)
        sooner = range(first - self.service.before, first) if before else ()
        later = range(last + 1, last + 1 + self.service.after) if after else ()
        return {*sooner, *work, *later}

    def is_present(self, need: Need, resource: int, start: int, length: int) -> bool:
        minutes = self.work(need, length) | ({0} if need.position == 1 else set())
        return all(start + minute in self.presence[resource] for minute in minutes)

    def is_taken(self, need: Need, resource: int, start: int, length: int) -> bool:
        busy = self.busy.get(resource, set())
        return any(start + minute in busy for minute in self.occupied(need, length))

    def gap(self, need: Need, resource: int, start: int, length: int) -> int:
        """Free minutes on both sides of the work; whatever has no end is longer than all that has."""
        busy, work = self.busy.get(resource, set()), self.work(need, length)
        before = [start + min(work) - it - 1 for it in busy if it < start + min(work)]
        after = [it - start - max(work) - 1 for it in busy if it > start + max(work)]
        return min(before, default=FOREVER) + min(after, default=FOREVER)

    def ways(self, performer: Member, start: int, length: int) -> list[tuple[int, ...]]:
        """Every way to fill all needs with this performer, nobody twice; best fit of spaces first, else by id."""
        free = []
        for need in self.service.needs[1:]:
            able = [
                it.resource
                for it in self.members(need)
                if self.is_present(need, it.resource, start, length)
                and not self.is_taken(need, it.resource, start, length)
            ]
            if need.kind == "space":
                able.sort(key=lambda it: (self.gap(need, it, start, length), it))
            else:
                able.sort()
            free.append(able)
        return [
            (performer.resource, *others)
            for others in product(*free)
            if len({performer.resource, *others}) == len(others) + 1
        ]

    def is_off_grid(self, performer: Member, start: int, length: int) -> bool:
        """Whether no whole steps lead here from the beginning of the performer's open time; if there is none, no."""
        service = self.service
        if service.unit == "hour" and length not in [
            n * service.step for n in range(service.min_units, service.max_units + 1)
        ]:
            return True
        if start not in self.day_at or start not in self.presence[performer.resource]:
            return False
        return (start - self.beginning(performer.resource, start)) % service.step != 0

    def beginning(self, performer: int, start: int) -> int:
        """The minute since which the performer has been there and the shop open by the hours of that day."""
        return self.beginnings[performer, self.day_at[start]][start]

    @cached_property
    def beginnings(self) -> dict[tuple[int, date], dict[int, int]]:
        found: dict[tuple[int, date], dict[int, int]] = {}
        for it, day in product(self.service.performers, self.days):
            began = found[it.resource, day] = {}
            for minute in sorted(self.shop[day] & self.presence[it.resource]):
                began[minute] = began.get(minute - 1, minute)
        return found

    def against(self, performer: Member, start: int, length: int | None = None) -> Iterator[str]:
        """Everything that speaks against this start with this performer."""
        length = length or self.length(performer)
        need = self.service.needs[0]
        if self.is_off_grid(performer, start, length):
            yield "off_grid"
        if any(start + n not in self.open_minutes for n in range(length)):
            yield "closed"
        if not self.is_present(need, performer.resource, start, length):
            yield "staff_off"
        if self.is_taken(need, performer.resource, start, length):
            yield "busy"
        if self.is_too_soon(start):
            yield "too_soon"
        if self.is_too_far(start):
            yield "too_far"
        if self.is_limited(performer, self.day_of(start)):
            yield "limit"
        if not self.ways(performer, start, length):
            yield "no_room"
        if self.places > self.service.capacity:
            yield "full"

    def can_start(self, performer: Member, start: int) -> bool:
        return next(self.against(performer, start), None) is None

    def offered(self, day: date) -> Iterator[tuple[int, list[Member]]]:
        """Every start of a business day with the performers it can be had with."""
        for start in sorted(self.shop[day]):
            if self.day_at[start] == day:
                there = [it for it in self.performers if start in self.presence[it.resource]]
                performers = [it for it in there if self.can_start(it, start)]
                if performers:
                    yield start, performers

    def chosen(self, start: int) -> tuple[int, ...] | None:
        """Who gets a start: of people the one with the fewest bookings that day, of spaces the best fit."""
        need, day = self.service.needs[0], self.day_of(start)

        def rank(it: Member) -> tuple[int, int]:
            if need.kind == "space":
                return self.gap(need, it.resource, start, self.length(it)), it.resource
            return (self.facts.booked or {}).get((it.resource, day), 0), it.resource

        able = [it for it in self.performers if self.can_start(it, start)]
        if not able:
            return None
        performer = min(able, key=rank)
        return self.ways(performer, start, self.length(performer))[0]
