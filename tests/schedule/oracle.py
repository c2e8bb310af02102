"""The same rules told minute by minute, slowly and without any interval."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import product
from zoneinfo import ZoneInfo

from app.schedule.facts import Facts, Hours, Member, Need

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


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


class Oracle:
    """Looks at every minute of a few days. Sets of epoch minutes throughout."""

    def __init__(self, facts: Facts, now: datetime) -> None:
        self.facts, self.now = facts, now
        self.service = facts.service
        self.zone = ZoneInfo(facts.zone)
        self.first, self.last = facts.first - timedelta(2), facts.last + timedelta(4)
        self.wall = wall(facts.zone, self.first, self.last)
        self.days = [self.first + timedelta(n) for n in range((self.last - self.first).days + 1)]

    @cached_property
    def seen(self) -> dict[datetime, list[int]]:
        """The minutes at which the clock shows a time: one, or two in an hour that comes twice."""
        seen: dict[datetime, list[int]] = {}
        for minute, shown in self.wall.items():
            seen.setdefault(shown, []).append(minute)
        return seen

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

    def begun(self, resource: int | None, day: date) -> set[int]:
        """Open minutes of the intervals that begin on this day."""
        return {
            minute
            for it in self.facts.hours.get(resource, ())
            if self._is_of(it, day)
            for minute in range(self.opening(day, it.opens), self.closing(day, it.closes))
        }

    def _is_of(self, it: Hours, day: date) -> bool:
        if (
            it.rota_week
            or (it.valid_from and day < it.valid_from)
            or (it.valid_until and day > it.valid_until)
        ):
            return False
        return it.weekday == day.weekday()

    @cached_property
    def shop(self) -> dict[date, set[int]]:
        closed = self.minutes_of(self.facts.blocked.get(None, ()))
        return {day: self.begun(None, day) - closed for day in self.days}

    @cached_property
    def open_minutes(self) -> set[int]:
        return set().union(*self.shop.values())

    def there(self, resource: int) -> set[int]:
        """When somebody is there, whatever the business does."""
        hours = self.facts.hours.get(resource)
        minutes = (
            set(self.wall)
            if hours is None
            else set().union(*(self.begun(resource, day) for day in self.days))
        )
        return minutes - self.minutes_of(self.facts.blocked.get(resource, ()))

    @cached_property
    def presence(self) -> dict[int, set[int]]:
        return {it.resource: self.there(it.resource) for need in self.service.needs for it in need.members}

    @cached_property
    def busy(self) -> dict[int, set[int]]:
        return {resource: self.minutes_of(taken) for resource, taken in self.facts.busy.items()}

    @staticmethod
    def minutes_of(intervals: object) -> set[int]:
        return {minute for start, end in intervals for minute in range(start, end)}  # type: ignore[attr-defined]

    def day_of(self, start: int) -> date | None:
        """The last business day whose open time holds this minute."""
        return max((day for day, minutes in self.shop.items() if start in minutes), default=None)

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

    def ways(self, performer: Member, start: int) -> list[tuple[int, ...]]:
        """Every way to fill all needs with this performer, nobody twice."""
        length = self.length(performer)
        free = [
            [
                it.resource
                for it in need.members
                if self.is_present(need, it.resource, start, length)
                and not self.is_taken(need, it.resource, start, length)
            ]
            for need in self.service.needs[1:]
        ]
        return [
            (performer.resource, *others)
            for others in product(*free)
            if len({performer.resource, *others}) == len(others) + 1
        ]

    def length(self, performer: Member) -> int:
        return performer.minutes or self.service.minutes or 0

    def is_on_grid(self, performer: int, start: int) -> bool | None:
        """Whether whole steps lead here from the beginning of the performer's open time; None outside of it."""
        day = self.day_of(start)
        if day is None or start not in self.presence[performer]:
            return None
        return (start - self.beginnings[performer, day][start]) % self.service.step == 0

    @cached_property
    def beginnings(self) -> dict[tuple[int, date], dict[int, int]]:
        """For every open minute of a day at which a performer is there, the one with which that stretch began."""
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
        today = self.now.astimezone(self.zone).date()
        return moment < self.now or moment.astimezone(self.zone).date() < today + timedelta(
            service.notice_amount
        )

    def refusals(self, performer: Member, start: int) -> set[str]:
        """Everything that speaks against this start with this performer; the window is judged on open days only."""
        length = self.length(performer)
        need = self.service.needs[0]
        day = self.day_of(start)
        today = self.now.astimezone(self.zone).date()
        found = {
            "closed": any(start + n not in self.open_minutes for n in range(length)),
            "staff_off": not self.is_present(need, performer.resource, start, length),
            "busy": self.is_taken(need, performer.resource, start, length),
            "too_soon": self.is_too_soon(start),
            "too_far": day is not None
            and self.service.advance_days is not None
            and day > today + timedelta(self.service.advance_days),
            "no_room": not self.ways(performer, start),
            "off_grid": self.is_on_grid(performer.resource, start) is False,
        }
        return {reason for reason, holds in found.items() if holds}

    def offered(self, day: date) -> Iterator[tuple[int, list[Member]]]:
        """Every start of a business day with the performers it can be had with."""
        for start in sorted(self.shop[day]):
            if self.day_of(start) == day:
                on_grid = [it for it in self.service.performers if self.is_on_grid(it.resource, start)]
                performers = [it for it in on_grid if not self.refusals(it, start)]
                if performers:
                    yield start, performers
