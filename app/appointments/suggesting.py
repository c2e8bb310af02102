"""Free times for a member to pick from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.appointments.free_times import ONE_DAY, Demand, FreeTimes, Time
from app.businesses.models import Business
from app.schedule.loading import Part
from app.schedule.wall_clock import LAST_DATE

NEAR, LATER, AHEAD = 8, 3, 14


@dataclass(frozen=True, slots=True)
class Suggested:
    """The free `times` of a day, and those `near` the one that is asked for. Without any: the next ones `later`."""

    times: list[Time] = field(default_factory=list)
    near: list[Time] = field(default_factory=list)
    later: list[Time] = field(default_factory=list)


def suggest(
    business: Business, parts: Sequence[Part], day: date | None, start: int | None, now: datetime
) -> Suggested:
    """What is free for these services on a day, near a start (epoch minutes) if one is known.

    Neither notice nor window count. Four to six statements, twice as many where the day is full.
    """
    if not parts or day is None:
        return Suggested()
    times = _free(business, parts, day, day, now)
    if not times:
        last = min(day + timedelta(AHEAD), LAST_DATE - ONE_DAY)
        return Suggested(later=_free(business, parts, day, last, now)[:LATER])
    near = sorted(times, key=lambda it: abs(it.start - (start or times[0].start)))[:NEAR]
    return Suggested(times, sorted(near, key=lambda it: it.start))


def _free(business: Business, parts: Sequence[Part], first: date, last: date, now: datetime) -> list[Time]:
    free = FreeTimes(business, Demand(parts), first, last, now, for_members=True)
    return free.times(sorted(slot for slots in free.slots().values() for slot in slots))
