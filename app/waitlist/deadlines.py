"""How long an offer is kept: long enough to answer it by day, short enough that the next in line has time too."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# By how far ahead the time is: (more than this, so long).
_KEPT = (
    (timedelta(hours=24), timedelta(hours=2)),
    (timedelta(hours=6), timedelta(hours=1)),
    (timedelta(0), timedelta(minutes=30)),
)
NIGHT_BEGINS, NIGHT_ENDS = time(21, 30), time(9, 30)
BEFORE_THE_START = timedelta(hours=1)
# What begins sooner is offered to nobody: they would have to run.
SOONEST = timedelta(minutes=30)


def deadline(now: datetime, starts_at: datetime, zone: str) -> datetime:
    """Until when (UTC) a time that begins then is kept for whoever is offered it now.

    Two hours, one when it begins within a day, half an hour within six hours, and never more than half of what is left
    until it begins. An offer that would run out at night runs until half past nine, or, where that is earlier, until
    an hour before the start.
    """
    ahead = starts_at - now
    kept = next(length for more_than, length in _KEPT if ahead > more_than or not more_than)
    until = now + min(kept, ahead / 2)
    morning = _end_of_night(until, zone)
    if morning is None:
        return until
    return max(until, min(morning, starts_at - BEFORE_THE_START))


def _end_of_night(moment: datetime, zone: str) -> datetime | None:
    """When the night ends that a moment falls into; None by day."""
    there = moment.astimezone(ZoneInfo(zone))
    if NIGHT_ENDS <= there.time() < NIGHT_BEGINS:
        return None
    day = there.date() if there.time() < NIGHT_ENDS else there.date() + timedelta(1)
    return datetime.combine(day, NIGHT_ENDS, there.tzinfo).astimezone(moment.tzinfo)
