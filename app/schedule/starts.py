"""For each thing that can speak against a start, the starts it speaks for or against, as intervals of epoch minutes.

The page subtracts them from each other and the write path looks one start up in each, so the two cannot differ.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from functools import cached_property

from app.core.intervals import Interval, contains, intersect, merge, shifts_meeting, shifts_within, subtract
from app.schedule.facts import Facts, Need
from app.schedule.open_time import Piece, business_day_of, is_called_off, own_time, shared, shop_time, spans
from app.schedule.stretches import occupied, worked
from app.schedule.wall_clock import LAST_DATE, epoch_minute_not_before, local_date


class Starts:
    """The starts of one service for so many places, as seen at `now` (aware). Lengths are minutes.

    `already` is how often the service is in the visit before.
    """

    def __init__(self, facts: Facts, now: datetime, places: int = 1, already: int = 0) -> None:
        self.facts = facts
        self.service = facts.service
        self.now = now
        self.places = places
        self.already = already
        self.today = local_date(now, facts.zone)
        self._own: dict[int, list[Interval] | None] = {}
        self._open: dict[int, list[Interval]] = {}
        self._taken: dict[tuple[int, int, int, bool, bool], list[Interval]] = {}

    @cached_property
    def earliest(self) -> int:
        """Notice in minutes is real time; in days it is whole days on the wall."""
        soonest = epoch_minute_not_before(self.now)
        amount = self.service.notice_amount
        if self.service.notice_unit == "minutes":
            return soonest + amount
        return max(soonest, self.facts.clock.opening(self.today + timedelta(amount), 0))

    @cached_property
    def last_day(self) -> date:
        """The last business day that can be booked, whole."""
        days = self.service.advance_days
        return LAST_DATE if days is None else self.today + timedelta(days)

    @cached_property
    def shop(self) -> list[Piece]:
        return shop_time(self.facts)

    @cached_property
    def shop_spans(self) -> list[Interval]:
        return spans(self.shop)

    def own(self, resource: int) -> list[Interval] | None:
        if resource not in self._own:
            self._own[resource] = own_time(self.facts, resource)
        return self._own[resource]

    def has_grid(self, minutes: int) -> bool:
        """Whether visits of this length start at the steps of open time."""
        service = self.service
        if service.has_set_times:
            return False
        if service.unit == "visit":
            return True
        return (
            minutes % service.step == 0 and service.min_units <= minutes // service.step <= service.max_units
        )

    def stay(self, arrival: date, nights: int) -> Interval:
        """From the arrival on a date to the departure so many nights later."""
        clock, service = self.facts.clock, self.service
        return (
            clock.opening(arrival, service.arrival),
            clock.closing(arrival + timedelta(nights), service.departure),
        )

    def is_stay(self, start: int, end: int) -> bool:
        """Whether somebody who is let nights arrives and departs then."""
        arrival, departure = (self.facts.clock.shows(moment)[0] for moment in (start, end))
        # Where the last hour of a day is missing, what would be in it is at the midnight after.
        arrivals, departures = ((day, day - timedelta(1)) for day in (arrival, departure))
        nights = [(first, (last - first).days) for first in arrivals for last in departures]
        fewest, most = self.service.min_units, self.service.max_units
        return any(fewest <= count <= most and self.stay(day, count) == (start, end) for day, count in nights)

    def while_open(self, minutes: int) -> list[Interval]:
        """Starts from which the business is open to the end."""
        if minutes not in self._open:
            self._open[minutes] = shifts_within(self.shop_spans, 0, minutes)
        return self._open[minutes]

    def while_there(self, need: Need, resource: int, minutes: int) -> list[Interval] | None:
        """Starts at which a resource is there for its work, and a performer for the start itself too. None: all."""
        own = self.own(resource)
        if own is None:
            return None
        work = worked(self.service, need, minutes)
        there = shifts_within(own, *work[0])
        for start, end in work[1:]:
            there = intersect(there, shifts_within(own, start, end))
        performs = need is self.service.needs[0]
        return intersect(there, own) if performs and work[0][0] > 0 else there

    def when_taken(
        self, need: Need, resource: int, minutes: int, *, before: bool = True, after: bool = True
    ) -> list[Interval]:
        """Starts at which a resource, buffers included, is taken by something else; they overlap, in rising order."""
        asked = need.position, resource, minutes, before, after
        if asked not in self._taken:
            busy = self.facts.busy.get(resource, ())
            taken = occupied(self.service, need, minutes, before=before, after=after)
            met = (shifts_meeting(busy, *stretch) for stretch in taken)
            self._taken[asked] = (
                next(met) if len(taken) == 1 else merge(start for those in met for start in those)
            )
        return self._taken[asked]

    def when_free(self, need: Need, resource: int, minutes: int, *, after: bool = True) -> list[Interval]:
        """Starts at which the business is open and a resource can fill a need."""
        allowed = self.while_open(minutes)
        there = self.while_there(need, resource, minutes)
        if there is not None:
            allowed = intersect(allowed, there)
        return subtract(allowed, self.when_taken(need, resource, minutes, after=after))

    def is_open(self, start: int, minutes: int) -> bool:
        """Whether the business is open; where starts are given, hours do not matter, but closures do."""
        if self.service.has_set_times:
            return not self.is_away(None, start, start + minutes)
        return contains(self.while_open(minutes), start)

    def is_there(self, need: Need, resource: int, start: int, minutes: int) -> bool:
        """Whether a resource is there for its work."""
        if self.service.has_set_times:
            return not self.is_away(resource, start, start + minutes)
        there = self.while_there(need, resource, minutes)
        return there is None or contains(there, start)

    def is_away(self, resource: int | None, start: int, end: int) -> bool:
        """Whether a closure or time off cuts this stretch, or takes the business day it begins on or one inside."""
        return is_called_off(self.facts, self.shop, resource, (start, end))

    def is_taken(
        self, need: Need, resource: int, start: int, minutes: int, *, before: bool = True, after: bool = True
    ) -> bool:
        """Whether something else takes a resource during its work or its buffers."""
        return contains(self.when_taken(need, resource, minutes, before=before, after=after), start)

    def expect(self, days: Collection[date]) -> None:
        """Raise ValueError for days that are not those of the facts."""
        if days and not self.facts.first <= min(days) <= max(days) <= self.facts.last:
            raise ValueError("the facts were not loaded for these days")

    def offered(self, days: Collection[date]) -> list[Piece]:
        """The open time of these business days within notice and advance window."""
        self.expect(days)
        wanted = {day for day in days if day <= self.last_day and not self.is_limited(day)}
        if self.places > self.service.capacity:
            return []
        earliest = self.earliest
        return [
            (start if start > earliest else earliest, end, anchor, day)
            for start, end, anchor, day in self.shop
            if end > earliest and day in wanted
        ]

    def runs(
        self, resource: int, minutes: int, offered: list[Piece], *, after: bool = True
    ) -> Iterator[tuple[date, range]]:
        """The starts of a performer in the offered time, other needs left aside, as steps."""
        if not self.has_grid(minutes):
            return
        offered = [piece for piece in offered if not self.is_full(piece[3], resource)]
        allowed = self.when_free(self.service.needs[0], resource, minutes, after=after)
        first, count, step = 0, len(allowed), self.service.step
        for piece_start, piece_end, anchor, day in shared(offered, self.own(resource)):
            while first < count and allowed[first][1] <= piece_start:
                first += 1
            for at in range(first, count):
                start, end = allowed[at]
                if start >= piece_end:
                    break
                start = start if start > piece_start else piece_start
                start += (anchor - start) % step
                end = end if end < piece_end else piece_end
                if start < end:
                    yield day, range(start, end, step)

    def is_off_grid(self, resource: int, start: int, minutes: int) -> bool:
        """Whether a start is between the steps of its open interval; where nothing is open there are no steps."""
        if self.service.unit == "night":
            return not self.is_stay(start, start + minutes)
        if not self.has_grid(minutes):
            return True
        pieces = shared(self.shop, self.own(resource))
        return any(a <= start < b and (start - anchor) % self.service.step for a, b, anchor, _ in pieces)

    def is_limited(self, day: date) -> bool:
        """Whether the service has its fill of bookings that day, or the customer theirs altogether."""
        room = self.facts.customer_room
        return self.is_full(day) or (room is not None and room < 1 + self.already)

    def is_full(self, day: date, resource: int | None = None, already: int = 0) -> bool:
        """Whether a performer, or the service itself, has all the bookings a business day may have.

        `already` is how many parts of the same visit a performer has.
        """
        limit = self._limits.get(resource)
        if limit is None:
            return False
        if self.facts.booked is None:
            raise ValueError("a daily limit needs the count of bookings")
        already = self.already if resource is None else already
        return self.facts.booked.get((resource, day), 0) + already >= limit

    @cached_property
    def _limits(self) -> dict[int | None, int | None]:
        limits: dict[int | None, int | None] = {it.resource: it.daily_limit for it in self.service.performers}
        return limits | {None: self.service.daily_limit}

    def day_of(self, start: int) -> date:
        """The business day of a moment: that of the interval it is in, or else the one begun last."""
        return business_day_of(self.facts, self.shop, start)
