"""What a customer can choose right now: days and times, as one page shows them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.appointments.choosing import Choice
from app.appointments.free_times import AHEAD, ONE_DAY, Demand, FreeTimes, Time
from app.appointments.moving_visits import Moving
from app.businesses.models import Business
from app.schedule.slots import Slot
from app.schedule.taken import NOBODY, Ignored
from app.schedule.wall_clock import days_between, local_date, utc

STRIP = 7
NOON, EVENING, MIDNIGHT = 12 * 60, 17 * 60, 24 * 60


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the strip or the month and how many times it has; without a number it cannot be chosen."""

    on: date
    times: int

    @property
    def room(self) -> int:
        """0 nothing free, 1 little, 2 some, 3 plenty."""
        return (self.times > 0) + (self.times > 4) + (self.times > 12)


@dataclass(frozen=True, slots=True)
class Offer:
    """The times of one day, the strip or month it stands in, and where to go on when it is full.

    `lost`: the time that was chosen cannot be had with this choice. `month_of` is the first of the month that is shown
    whole, `days` then are those of it that can be looked at.
    """

    today: date
    last: date
    day: date | None = None
    days: list[Day] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    later: list[Time] = field(default_factory=list)
    chosen: Time | None = None
    lost: bool = False
    month_of: date | None = None

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
        """A day of the month to write above the days: the chosen day's where they show it."""
        if self.month_of:
            return self.month_of
        in_strip = any(day.on == self.day for day in self.days)
        return self.day if in_strip else next((day.on for day in self.days), None)

    @property
    def morning(self) -> list[Time]:
        return self._between(0, NOON)

    @property
    def afternoon(self) -> list[Time]:
        return self._between(NOON, EVENING)

    @property
    def evening(self) -> list[Time]:
        return self._between(EVENING, MIDNIGHT)

    @property
    def night(self) -> list[Time]:
        """What comes after midnight and belongs to this day's evening."""
        return [time for time in self.times if time.day != self.day]

    def _between(self, begin: int, end: int) -> list[Time]:
        return [time for time in self.times if time.day == self.day and begin <= time.minute < end]

    @property
    def earlier_days(self) -> date | None:
        """Where the strip, or the month, goes back to."""
        if self.month_of:
            before = self.month_of - ONE_DAY
        else:
            before = self.days[0].on - timedelta(STRIP) if self.days else self.today
        return before if before >= self.today else None

    @property
    def later_days(self) -> date | None:
        """Where the strip, or the month, goes on to."""
        shown = self.days[-1].on + ONE_DAY if self.days else self.last
        after = next_month(self.month_of) if self.month_of else shown
        return after if after <= self.last else None

    @property
    def weeks(self) -> list[list[Day | date]]:
        """The month in weeks from Monday; what cannot be looked at is a date alone."""
        if not self.month_of:
            return []
        known: dict[date, Day] = {day.on: day for day in self.days}
        first = self.month_of - timedelta(self.month_of.weekday())
        last = next_month(self.month_of) - ONE_DAY
        dates = days_between(first, last + timedelta(6 - last.weekday()))
        return [[known.get(on, on) for on in dates[at : at + STRIP]] for at in range(0, len(dates), STRIP)]


def offer(
    business: Business,
    choice: Choice,
    now: datetime,
    ignored: Ignored = NOBODY,
    *,
    moving: Moving | None = None,
    besides: int | None = None,
) -> Offer:
    """The times that can be had for a choice; without a day, those of the first day that has any.

    What is `ignored` is the visitor's own, so that it does not stand in their way. Only where the strip has no time
    to show are the weeks after it looked at too. `moving` and `besides` as in Demand, for what is booked already.
    """
    asked = Demand(
        moving.parts if moving else choice.wanted,
        moving.together if moving else choice.together,
        choice.places,
        choice.zone,
        moving,
        besides,
    )
    page = _Page(business, choice, asked, now, ignored)
    if not choice.parts:
        return Offer(page.today, page.today)
    return page.of_month(choice.month) if choice.month else page.of_strip()


def times_between(
    business: Business, choice: Choice, first: date, last: date, now: datetime
) -> dict[date, list[Time]]:
    """The times of each of these days, as the pages of the flow show them; none where a day cannot be booked."""
    asked = Demand(choice.wanted, choice.together, choice.places, choice.zone)
    return _Page(business, choice, asked, now, NOBODY).of_days(first, last)


def days_ahead(business: Business, choice: Choice) -> int:
    """How many days ahead all services of the choice can be booked."""
    own = (it.service.advance_days for it in choice.parts)
    return min(business.advance_days if days is None else days for days in own)


def strip_start(today: date, day: date) -> date:
    """The first day of the strip a day stands in; strips follow each other from today."""
    return day - timedelta((day - today).days % STRIP)


def next_month(day: date) -> date:
    """The first day of the month after this day's."""
    return (day.replace(day=28) + timedelta(4)).replace(day=1)


class _Page:
    """The dates of a page around a choice."""

    def __init__(
        self, business: Business, choice: Choice, asked: Demand, now: datetime, ignored: Ignored
    ) -> None:
        self.business, self.choice, self.asked, self.now, self.ignored = business, choice, asked, now, ignored
        self.zone = choice.zone or business.zone
        self.today = local_date(now, self.zone)

    def of_strip(self) -> Offer:
        """Seven days, and the times of one of them."""
        choice, today, last = self.choice, self.today, self._last()
        wanted = choice.day or (local_date(utc(choice.start), self.zone) if choice.start else None)
        first = strip_start(today, min(max(wanted or today, today), last))
        for reach in (STRIP, AHEAD):
            until = min(first + timedelta(reach - 1), last)
            look = self._look(first, until)
            slots = look.slots()
            if choice.start and not choice.day:
                wanted = look.day_of(choice.start)
            day = wanted or next((on for on, found in slots.items() if found), today)
            if today <= day < first:
                first = strip_start(today, day)
            elif slots.get(day) or until == last:
                break
        first = strip_start(today, min(max(day, today), last))
        strip = days_between(first, min(first + timedelta(STRIP - 1), last))
        days = [Day(on, len(slots.get(on, []))) for on in strip]
        return self._offer(look, day, days, slots.get(day, []), slots)

    def of_month(self, month: date) -> Offer:
        """A whole month, and the times of one of its days."""
        today, last = self.today, self._last()
        month = min(max(month, today), last).replace(day=1)
        first, until = max(month, today), min(next_month(month) - ONE_DAY, last)
        look = self._look(first, until)
        with_room = look.days_with_room()
        days = [Day(on, on in with_room) for on in days_between(first, until)]
        day = self.choice.day or next((it.on for it in days if it.times), first)
        slots = look.slots(day) if day in with_room else {}
        return self._offer(look, day, days, slots.get(day, []), slots, month)

    def of_days(self, first: date, last: date) -> dict[date, list[Time]]:
        """Every time of some days, also of those that cannot be looked at."""
        found: dict[date, list[Time]] = {on: [] for on in days_between(first, last)}
        first, last = max(first, self.today), min(last, self._last())
        if first <= last:
            look = self._look(first, last)
            found |= {on: look.times(slots) for on, slots in look.slots().items() if on in found}
        return found

    def _offer(
        self,
        look: FreeTimes,
        day: date,
        days: list[Day],
        of_day: list[Slot],
        known: dict[date, list[Slot]],
        month: date | None = None,
    ) -> Offer:
        times, start = look.times(of_day), self.choice.start
        chosen = next((time for time in times if time.start == start), None)
        return Offer(
            today=self.today,
            last=self._last(),
            day=day,
            days=days,
            times=times,
            later=[] if times else self._later(look, day, known),
            chosen=chosen,
            lost=start is not None and chosen is None,
            month_of=month,
        )

    def _later(self, look: FreeTimes, day: date, known: dict[date, list[Slot]]) -> list[Time]:
        """The next three times after a day that has none, or the first three there are."""
        known = known or look.slots()
        after = [slot for on, found in known.items() if on > day for slot in found]
        return look.times((after or [slot for found in known.values() for slot in found])[:3])

    def _look(self, first: date, until: date) -> FreeTimes:
        return FreeTimes(self.business, self.asked, first, until, self.now, self.ignored)

    def _last(self) -> date:
        """The last date that can be booked; on another clock its evening may be the next one's morning."""
        last = local_date(self.now, self.business.zone) + timedelta(days_ahead(self.business, self.choice))
        return last + ONE_DAY if self.choice.zone else last
