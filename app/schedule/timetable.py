"""Classes: they happen at set times, and whoever comes takes a place."""

from collections.abc import Collection, Iterator
from datetime import date

from app.schedule.facts import ClassDate
from app.schedule.starts import Starts
from app.schedule.verdict import Choice, Refusal


def open_classes(starts: Starts, days: Collection[date]) -> Iterator[tuple[date, ClassDate]]:
    """The dates with places enough on these business days, by time; of several that begin together, the emptiest."""
    emptiest: dict[int, ClassDate] = {}
    for it in starts.facts.classes:
        rival = emptiest.get(it.start)
        if (rival is None or it.left > rival.left) and not against_class(starts, it):
            emptiest[it.start] = it
    for start, it in sorted(emptiest.items()):
        day = starts.day_of(start)
        if day in days:
            yield day, it


def against_start(starts: Starts, start: int) -> tuple[Refusal, ...]:
    """All that speaks against a start; where several dates begin then, against the one that comes nearest."""
    judged = [against_class(starts, it) for it in starts.facts.classes if it.start == start]
    return min(judged, key=len, default=(Refusal.OFF_GRID,))


def choose_class(starts: Starts, start: int, despite: Collection[Refusal]) -> Choice | None:
    """The date that begins then, the one with the most places left of several."""
    at_start = [it for it in starts.facts.classes if it.start == start]
    for it in sorted(at_start, key=lambda it: (len(against_class(starts, it)), -it.left, it.appointment)):
        against = against_class(starts, it)
        if set(against) <= set(despite):
            return Choice(it.start, it.end, it.resources, against, it.appointment)
    return None


def against_class(starts: Starts, it: ClassDate) -> tuple[Refusal, ...]:
    """All that speaks against a place in a class. Its hours are its own, so that only closures and time off count."""
    day = starts.day_of(it.start)
    found = {
        Refusal.CLOSED: not starts.is_open(it.start, it.end - it.start),
        Refusal.STAFF_OFF: not _does_it_still(starts, it)
        or any(starts.is_away(resource, it.start, it.end) for resource in it.resources),
        Refusal.TOO_SOON: it.start < starts.earliest,
        Refusal.TOO_FAR: day > starts.last_day,
        Refusal.LIMIT: starts.is_limited(day),
        Refusal.FULL: it.left < starts.places,
    }
    return tuple(refusal for refusal in Refusal if found.get(refusal))


def _does_it_still(starts: Starts, it: ClassDate) -> bool:
    """Whether who performs this date works here and does this."""
    performers = {performer.resource for performer in starts.service.performers}
    return not performers.isdisjoint(it.resources)
