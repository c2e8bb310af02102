"""Which free time fits somebody who waits."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.appointments.free_times import Demand, FreeTimes, Time
from app.businesses.models import Business
from app.core.intervals import Interval
from app.schedule.loading import Part
from app.schedule.slots import Slot
from app.schedule.wall_clock import DAY, epoch_minute_not_before, local_date
from app.services.offering import bookable_services
from app.waitlist.deadlines import SOONEST
from app.waitlist.wishes import Wanted, window_of

_ONE_DAY = timedelta(1)


class _Question(NamedTuple):
    """What the engine is asked once for all who want the same."""

    service: int
    person: int | None
    places: int


class Fitting:
    """The free times of a business, each question asked once until something is taken.

    Asked `around` these moments (UTC) alone it looks at the days they fall on; without any at all that are wanted.
    """

    def __init__(
        self, business: Business, wishes: Iterable[Wanted], now: datetime, around: Collection[datetime] = ()
    ) -> None:
        self.business, self.now = business, now
        self.soonest = epoch_minute_not_before(now + SOONEST)
        self._days = _days_of(around, business.zone)
        self._services = {it.id: it for it in bookable_services(business.id)}
        self._reach: dict[_Question, tuple[date, date]] = {}
        self._found: dict[_Question, FreeTimes] = {}
        self._slots: dict[_Question, Mapping[date, Sequence[Slot]]] = {}
        for wanted in wishes:
            self._widen(wanted)

    def fits(self, wanted: Wanted, before: int | None = None) -> Iterator[Slot]:
        """The free starts that fit a wish, the nearest first; only those `before` an epoch minute, if one is given."""
        question = _question(wanted)
        if question not in self._reach:
            return
        slots = self._ask(question)
        for day, of_day in slots.items():
            if not wanted.from_on <= day <= wanted.until_on or not wanted.weekdays >> day.weekday() & 1:
                continue
            for slot in of_day:
                if slot.start < self.soonest or (before is not None and slot.start >= before):
                    continue
                if wanted.from_min <= self._minute(question, day, slot) < wanted.until_min:
                    yield slot

    def times(self, wanted: Wanted, slots: Iterable[Slot]) -> list[Time]:
        """The same on the shop's clock, for a page."""
        return self._found[_question(wanted)].times(slots) if _question(wanted) in self._found else []

    def forget(self) -> None:
        """What is taken now is not free any more."""
        self._found.clear()
        self._slots.clear()

    def _widen(self, wanted: Wanted) -> None:
        """Look as far as this wish reaches too, within the window and around what came free."""
        service = self._services.get(wanted.service_id)
        if service is None:
            return
        first, last = window_of(self.business, service, self.now)
        first, last = max(first, wanted.from_on), min(last, wanted.until_on)
        if self._days:
            first, last = max(first, self._days[0]), min(last, self._days[1])
        if first > last:
            return
        known = self._reach.get(_question(wanted), (first, last))
        self._reach[_question(wanted)] = min(first, known[0]), max(last, known[1])

    def _ask(self, question: _Question) -> Mapping[date, Sequence[Slot]]:
        if question not in self._slots:
            only = () if question.person is None else (question.person,)
            asked = Demand([Part(question.service, only)], places=question.places)
            free = FreeTimes(self.business, asked, *self._reach[question], self.now)
            self._found[question], self._slots[question] = free, free.slots()
        return self._slots[question]

    def _minute(self, question: _Question, day: date, slot: Slot) -> int:
        """Minutes from the midnight of the business day, which may be over at one o'clock the next morning."""
        on, minute = self._found[question].clock.shows(slot.start)
        return (on - day).days * DAY + minute


def overlaps(slot: Slot, taken: Collection[Interval]) -> bool:
    """Whether a slot overlaps any of these stretches (epoch minutes)."""
    return any(slot.start < end and start < slot.end for start, end in taken)


def _question(wanted: Wanted) -> _Question:
    return _Question(wanted.service_id, wanted.person_id, wanted.places)


def _days_of(moments: Collection[datetime], zone: str) -> tuple[date, date] | None:
    """The first and the last business day these can belong to: of a night, the day before is one."""
    if not moments:
        return None
    days = [local_date(it, zone) for it in moments]
    return min(days) - _ONE_DAY, max(days) + _ONE_DAY
