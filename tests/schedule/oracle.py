"""The same rules told minute by minute, slowly and without any interval."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import product
from zoneinfo import ZoneInfo

from app.schedule.facts import Calendar, Facts, Hours, Member, Need

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
A_MONDAY = date(2000, 1, 3)
FOREVER = 10**7


@lru_cache(maxsize=64)
def wall(zone: str, first: date, last: date) -> dict[int, datetime]:
    """What the clock shows at every minute of these days, the evening after the last one included, in any zone.

    Local dates begin up to a UTC day early and end up to a day late; hours until 48:00 end a whole day after theirs.
    """
    tz = ZoneInfo(zone)
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(1)
    minutes = int((last - first).days + 4) * 1440
    moments = (begin + n * MINUTE for n in range(minutes))
    return {(moment - EPOCH) // MINUTE: moment.astimezone(tz).replace(tzinfo=None) for moment in moments}


@lru_cache(maxsize=64)
def seen(zone: str, first: date, last: date) -> dict[datetime, list[int]]:
    """The minutes at which the clock shows a time: one, or two in an hour that comes twice."""
    minutes: dict[datetime, list[int]] = {}
    for minute, shown in wall(zone, first, last).items():
        minutes.setdefault(shown, []).append(minute)
    return minutes


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
        return [m for m in self.wall if m - 1 in self.wall and self.wall[m] - self.wall[m - 1] > MINUTE]

    def opening(self, day: date, wall_minute: int) -> int:
        """An opening in the doubled hour is the first; in the missing hour the moment the clock jumps."""
        return self._instants(day, wall_minute)[0]

    def closing(self, day: date, wall_minute: int) -> int:
        """A closing in the doubled hour is the second; in the missing hour the moment the clock jumps."""
        return self._instants(day, wall_minute)[-1]

    def _instants(self, day: date, wall_minute: int) -> list[int]:
        shown = datetime(day.year, day.month, day.day) + wall_minute * MINUTE  # noqa: DTZ001
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
            rows = (it for it in facts.hours.get(resource, ()) if self._is_of(it, day))
            intervals = [(it.opens, it.closes) for it in rows]
        return {
            minute
            for opens, closes in intervals
            for minute in range(self.clock.opening(day, opens), self.clock.closing(day, closes))
        }

    def _is_of(self, it: Hours, day: date) -> bool:
        if (it.valid_from and day < it.valid_from) or (it.valid_until and day > it.valid_until):
            return False
        weeks = 0
        while A_MONDAY + timedelta(7 * weeks + 6) < day:
            weeks += 1
        return it.weekday == day.weekday() and it.rota_week == weeks % it.rota_of

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


class Oracle(Days):
    """Looks at every minute at which one service could start."""

    def __init__(
        self,
        facts: Facts,
        now: datetime,
        only: Collection[int] = (),
        units: int | None = None,
        places: int = 1,
    ) -> None:
        super().__init__(facts)
        self.facts: Facts = facts
        self.now, self.only, self.units, self.places = now, only, units, places
        self.service = facts.service
        self.today = now.astimezone(self.clock.zone).date()

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

    @cached_property
    def busy(self) -> dict[int, set[int]]:
        return {resource: minutes_of(taken) for resource, taken in self.facts.busy.items()}

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

    def occupied(self, need: Need, length: int) -> set[int]:
        work = self.work(need, length)
        before = range(min(work) - self.service.before, min(work))
        after = range(max(work) + 1, max(work) + 1 + self.service.after)
        return work | set(before) | set(after)

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

    def is_too_soon(self, start: int) -> bool:
        moment, service = EPOCH + start * MINUTE, self.service
        if service.notice_unit == "minutes":
            return moment < self.now + service.notice_amount * MINUTE
        on = moment.astimezone(self.clock.zone).date()
        return moment < self.now or on < self.today + timedelta(service.notice_amount)

    def is_limited(self, performer: Member, day: date) -> bool:
        """Whether the customer, the service or the performer has as many bookings as they may."""
        booked = self.facts.booked or {}
        limits = [(None, self.service.daily_limit), (performer.resource, performer.daily_limit)]
        return self.facts.customer_room == 0 or any(
            limit is not None and booked.get((whose, day), 0) >= limit for whose, limit in limits
        )

    def against(self, performer: Member, start: int, length: int | None = None) -> Iterator[str]:
        """Everything that speaks against this start with this performer."""
        length = length or self.length(performer)
        need, day, advance = self.service.needs[0], self.day_of(start), self.service.advance_days
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
        if advance is not None and day > self.today + timedelta(advance):
            yield "too_far"
        if self.is_limited(performer, day):
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
