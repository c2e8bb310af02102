"""What a customer can choose right now: services, people, days and times, as one page shows them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.businesses.models import Business
from app.schedule.facts import Facts
from app.schedule.loading import load_facts
from app.schedule.slots import Slot, next_free, open_slots
from app.schedule.starts import Starts
from app.schedule.taken import NOBODY, Ignored
from app.schedule.wall_clock import days_between, local_date, utc, write_start
from app.services.models import Service
from app.staff.team import Performer

STRIP = 7
AHEAD = 28
NOON, EVENING = 12 * 60, 17 * 60


@dataclass(frozen=True, slots=True)
class Choice:
    """What has been chosen so far. `start` is epoch minutes; no person means anybody."""

    service: Service | None = None
    person: Performer | None = None
    day: date | None = None
    start: int | None = None

    @property
    def only(self) -> tuple[int, ...]:
        return () if self.person is None else (self.person.id,)


@dataclass(frozen=True, slots=True)
class Time:
    """A start that can be had: as sent back by the form, and on the shop's clock.

    `zone` is the zone's short name, such as CEST, where the clock shows this minute twice that day. `places` is how
    many are left in a class.
    """

    start: int
    wire: str
    day: date
    minute: int
    zone: str | None = None
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the strip and how many times it has."""

    on: date
    times: int

    @property
    def room(self) -> int:
        """0 nothing free, 1 little, 2 some, 3 plenty."""
        return (self.times > 0) + (self.times > 4) + (self.times > 12)


@dataclass(frozen=True, slots=True)
class Offer:
    """The times of one day, the strip it stands in, and where to go on when it is full.

    `lost`: the time that was chosen cannot be had with this choice.
    """

    today: date
    last: date
    day: date | None = None
    days: list[Day] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    later: list[Time] = field(default_factory=list)
    chosen: Time | None = None
    lost: bool = False

    @property
    def is_over(self) -> bool:
        """Whether the day lies before the first that can be booked."""
        return self.day is not None and self.day < self.today

    @property
    def is_too_far(self) -> bool:
        """Whether the day lies after the last that can be booked."""
        return self.day is not None and self.day > self.last

    @property
    def month(self) -> date | None:
        """A day of the month to write above the strip: the chosen day's where the strip shows it."""
        in_strip = any(day.on == self.day for day in self.days)
        return self.day if in_strip else next((day.on for day in self.days), None)

    @property
    def morning(self) -> list[Time]:
        return [time for time in self.times if time.minute < NOON]

    @property
    def afternoon(self) -> list[Time]:
        return [time for time in self.times if NOON <= time.minute < EVENING]

    @property
    def evening(self) -> list[Time]:
        return [time for time in self.times if time.minute >= EVENING]

    @property
    def earlier_days(self) -> date | None:
        """Where the strip goes back to."""
        before = self.days[0].on - timedelta(STRIP) if self.days else self.today
        return before if before >= self.today else None

    @property
    def later_days(self) -> date | None:
        """Where the strip goes on to."""
        after = self.days[-1].on + timedelta(1) if self.days else self.last
        return after if after <= self.last else None


def offer(business: Business, choice: Choice, now: datetime, ignored: Ignored = NOBODY) -> Offer:
    """The times that can be had for a choice; without a day, those of the first day that has any.

    What is `ignored` is the visitor's own, so that it does not stand in their way. Only where the strip has no time
    to show are the weeks after it looked at too.
    """
    today = local_date(now, business.zone)
    if choice.service is None:
        return Offer(today, today)
    last = today + timedelta(days_ahead(business, choice.service))
    wanted = choice.day or (local_date(utc(choice.start), business.zone) if choice.start else None)
    first = strip_start(today, min(max(wanted or today, today), last))
    for reach in (STRIP, AHEAD):
        until = min(first + timedelta(reach - 1), last)
        facts = load_facts(business, choice.service.id, first, until, now, only=choice.only, ignored=ignored)
        slots = open_slots(facts, days_between(first, until), now, only=choice.only)
        if choice.start and not choice.day:
            wanted = _day_of(facts, choice.start, now)
        day = wanted or next((on for on, found in slots.items() if found), today)
        if today <= day < first:
            first = strip_start(today, day)
        elif slots.get(day) or until == last:
            break
    first = strip_start(today, min(max(day, today), last))
    strip = days_between(first, min(first + timedelta(STRIP - 1), last))
    times = _times(facts, slots.get(day, []))
    chosen = next((time for time in times if time.start == choice.start), None)
    return Offer(
        today=today,
        last=last,
        day=day,
        days=[Day(on, len(slots.get(on, []))) for on in strip],
        times=times,
        later=[] if times else _later(facts, slots, day),
        chosen=chosen,
        lost=choice.start is not None and chosen is None,
    )


def next_times(
    business: Business, service_id: int, person_id: int | None, start: int, now: datetime
) -> list[Time]:
    """The first three times at or after a start (epoch minutes) that was refused, else the first there are."""
    today = local_date(now, business.zone)
    only = () if person_id is None else (person_id,)
    for first in (max(today, local_date(utc(start), business.zone)), today):
        facts = load_facts(business, service_id, first, first + timedelta(AHEAD - 1), now, only=only)
        found = next_free(facts, start if first > today else 0, now, only=only)
        if found:
            break
    return _times(facts, found)


def days_ahead(business: Business, service: Service) -> int:
    """How many days ahead the service can be booked."""
    return business.advance_days if service.advance_days is None else service.advance_days


def strip_start(today: date, day: date) -> date:
    """The first day of the strip a day stands in; strips follow each other from today."""
    return day - timedelta((day - today).days % STRIP)


def _later(facts: Facts, slots: dict[date, list[Slot]], day: date) -> list[Time]:
    """The next three times after a day that has none, or the first three there are."""
    after = [slot for on, found in slots.items() if on > day for slot in found]
    return _times(facts, (after or [slot for found in slots.values() for slot in found])[:3])


def _day_of(facts: Facts, start: int, now: datetime) -> date:
    """The business day of a start; what lies beyond the facts has its date."""
    begin, end = facts.window
    return Starts(facts, now).day_of(start) if begin <= start < end else local_date(utc(start), facts.zone)


def _times(facts: Facts, slots: Sequence[Slot]) -> list[Time]:
    """The slots on the shop's clock. Where a clock that goes back shows one twice, its zone tells the two apart."""
    shown = [facts.clock.shows(slot.start) for slot in slots]
    often = Counter(shown)
    zone = ZoneInfo(facts.zone)
    return [
        Time(
            slot.start,
            write_start(slot.start, facts.zone),
            *at,
            utc(slot.start).astimezone(zone).tzname() if often[at] > 1 else None,
            slot.left if facts.service.is_class else None,
        )
        for slot, at in zip(slots, shown, strict=True)
    ]
