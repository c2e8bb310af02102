"""The times that are free for a visit, on the clock its customer reads."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.appointments.moving_visits import Moving
from app.appointments.placing import Wish, ways_to_have
from app.businesses.models import Business
from app.schedule.facts import Facts
from app.schedule.loading import Part, load_parts
from app.schedule.parties import Party
from app.schedule.slots import Slot, days_with_room, open_slots
from app.schedule.starts import Starts
from app.schedule.taken import NOBODY, Ignored
from app.schedule.visits import Visit
from app.schedule.wall_clock import WallClock, days_between, local_date, utc, write_start

AHEAD = 28
ONE_DAY = timedelta(1)
# A business day lasts until two midnights later at most, and no two clocks are further apart than 26 hours.
AROUND = timedelta(3)


@dataclass(frozen=True, slots=True)
class Time:
    """A start that can be had: as sent back by the form, and on the clock the customer reads.

    `zone` is the zone's short name, such as CEST, where the clock shows this minute twice that day. `places` is how
    many are left in a class. `at_shop` is the date and minute of the shop's clock, where the customer reads another.
    `lasts` is how many minutes it takes with the quickest of those who are free.
    """

    start: int
    wire: str
    day: date
    minute: int
    zone: str | None = None
    places: int | None = None
    at_shop: tuple[date, int] | None = None
    lasts: int = 0


@dataclass(frozen=True, slots=True)
class Demand:
    """What the engine is asked for: something new, or where a visit that is booked could be `moving`.

    `besides` is the start (epoch minutes) of what is booked already and need not be offered.
    """

    parts: Sequence[Part]
    together: bool = False
    places: int = 1
    zone: str | None = None
    moving: Moving | None = None
    besides: int | None = None


class FreeTimes:
    """What is free from one date to another, both included, as the clock of the reader counts them.

    `for_members` neither notice nor window count.
    """

    def __init__(
        self,
        business: Business,
        asked: Demand,
        first: date,
        last: date,
        now: datetime,
        ignored: Ignored = NOBODY,
        *,
        for_members: bool = False,
    ) -> None:
        around = AROUND if asked.zone else timedelta()
        self.asked, self.now, self.first, self.last = asked, now, first, last
        several = len(asked.parts) > 1
        days = first - around, last + around
        if asked.moving:
            known = asked.moving.facts(business, *days, now, counts=several)
        else:
            known = load_parts(business, asked.parts, *days, now, ignored=ignored, counts=several)
        known = [as_members_book(facts) for facts in known] if for_members else known
        self.facts = [facts.narrowed(part.only) for facts, part in zip(known, asked.parts, strict=True)]
        self.business_days = days_between(first - around, last + around)
        zone = asked.zone
        self.clock = WallClock(zone, first - around, last + around) if zone else self.facts[0].clock

    def slots(self, day: date | None = None) -> dict[date, list[Slot]]:
        """The free starts of each date, or of one of them alone."""
        days = [on for on in self.business_days if day is None or abs(on - day) <= self._reach]
        found = self._open(days)
        if not self.asked.zone:
            return found
        shown: dict[date, list[Slot]] = {
            on: [] for on in days_between(self.first, self.last) if day is None or on == day
        }
        for slot in sorted(slot for slots in found.values() for slot in slots):
            on, _minute = self.clock.shows(slot.start)
            if on in shown:
                shown[on].append(slot)
        return shown

    def days_with_room(self) -> set[date]:
        """The dates that have a free start."""
        if self.asked.zone:
            return {on for on, slots in self.slots().items() if slots}
        if len(self.facts) > 1:
            found = self._visit().days_with_room(self.business_days)
        else:
            found = days_with_room(self.facts[0], self.business_days, self.now, places=self.asked.places)
        own = {self.day_of(self.asked.besides)} if self.asked.besides is not None else set()
        return {on for on in found if on not in own or self.slots(on)[on]}

    def day_of(self, start: int) -> date:
        """The date a start is looked for at: the business day, or the reader's own."""
        if self.asked.zone:
            return local_date(utc(start), self.asked.zone)
        facts = self.facts[0]
        begin, end = facts.window
        is_known = begin <= start < end
        return Starts(facts, self.now).day_of(start) if is_known else local_date(utc(start), facts.zone)

    def times(self, slots: Iterable[Slot]) -> list[Time]:
        """The slots on the clock. Where one that goes back shows a minute twice, its zone tells the two apart."""
        slots = list(slots)
        facts, asked = self.facts[0], self.asked
        shown = [self.clock.shows(slot.start) for slot in slots]
        often = Counter(shown)
        zone = ZoneInfo(self.clock.zone)
        return [
            Time(
                slot.start,
                write_start(slot.start, facts.zone),
                *at,
                utc(slot.start).astimezone(zone).tzname() if often[at] > 1 else None,
                slot.left if facts.service.is_class else None,
                facts.clock.shows(slot.start) if asked.zone else None,
                slot.end - slot.start,
            )
            for slot, at in zip(slots, shown, strict=True)
        ]

    @property
    def _reach(self) -> timedelta:
        return AROUND if self.asked.zone else timedelta()

    def _open(self, days: list[date]) -> dict[date, list[Slot]]:
        if len(self.facts) == 1:
            found = open_slots(self.facts[0], days, self.now, places=self.asked.places)
        else:
            found = self._visit().open_slots(days)
        besides = self.asked.besides
        if besides is None:
            return found
        return {on: [slot for slot in slots if slot.start != besides] for on, slots in found.items()}

    def _visit(self) -> Visit | Party:
        asked = self.asked
        return ways_to_have(self.facts, asked.parts, self.now, together=asked.together, places=asked.places)


def as_members_book(facts: Facts) -> Facts:
    """What is known, without the rules for when customers may book."""
    rules = replace(facts.service, notice_amount=0, notice_unit="minutes", advance_days=None)
    return replace(facts, service=rules)


def next_times(business: Business, wish: Wish, now: datetime) -> list[Time]:
    """The first three times at or after the start of a wish that was refused, else the first there are."""
    zone = wish.zone or business.zone
    today = local_date(now, zone)
    asked = Demand(wish.parts, wish.together, wish.places, wish.zone)
    for first in (max(today, local_date(utc(wish.start), zone)), today):
        free = FreeTimes(business, asked, first, first + timedelta(AHEAD - 1), now)
        found = [slot for slots in free.slots().values() for slot in slots]
        found = [slot for slot in found if slot.start >= wish.start or first == today]
        if found:
            break
    return free.times(sorted(found)[:3])
