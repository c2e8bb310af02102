"""Who is here, who is late and who comes next, person by person. Nothing here asks the database or the clock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from app.appointments.calendar.people import Somebody
from app.dashboard.taken import Stretch

EXPECTED = ("pending_payment", "requested", "confirmed")
# The earlier of these is looked at sooner.
KINDS = ("late", "waiting", "here", "next")


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who comes, or a date of a class.

    `kind`: late (the time has begun and they have not arrived), waiting (here before their time), here, or next.
    `minutes` are for how long they are late, have been waiting or are still here, or until they come.
    """

    kind: str
    minutes: int
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class Turn:
    """A person, or a room that is booked by itself, with the visits one has to know of now."""

    person: Somebody
    visits: Sequence[Visit]

    @property
    def urgency(self) -> tuple[int, datetime]:
        """Late ones first, then those who wait; otherwise by time."""
        first = min(self.visits, key=lambda it: KINDS.index(it.kind))
        return min(KINDS.index(first.kind), 2), first.stretch.starts_at


def turns(
    people: Iterable[Somebody], taken: Iterable[Stretch], today: tuple[datetime, datetime], now: datetime
) -> list[Turn]:
    """One for everybody who has somebody here or to come before the end of `today`."""
    known = {it.id: it for it in people}
    theirs = [it for it in taken if it.starts_at < today[1] and it.ends_at > now and _is_expected(it)]
    # A room only shows what it is booked for by itself; otherwise the visit stands with whoever performs it.
    shown = [it for it in theirs if known[it.resource].is_person or it.need == 1]
    found = []
    for resource, stretches in groupby(sorted(shown, key=lambda it: it.resource), lambda it: it.resource):
        visits = list(_to_know(_visits(stretches, today[0], now)))
        if visits:
            found.append(Turn(known[resource], visits))
    return sorted(found, key=lambda it: it.urgency)


def _is_expected(it: Stretch) -> bool:
    return it.status in EXPECTED or (it.is_class and it.status is None)


def _visits(stretches: Iterable[Stretch], since: datetime, now: datetime) -> list[Visit]:
    """Each appointment once, by start."""
    once = {it.appointment_id: it for it in stretches}
    by_start = sorted(once.values(), key=lambda it: (it.starts_at, it.appointment_id))
    return [_visit(it, since, now) for it in by_start]


def _visit(it: Stretch, since: datetime, now: datetime) -> Visit:
    """Who stays since a day before `since` is not late any more."""
    if it.starts_at > now:
        kind, length = ("waiting", now - it.arrived_at) if it.arrived_at else ("next", it.starts_at - now)
    elif it.status == "confirmed" and not it.arrived_at and it.starts_at >= since:
        kind, length = "late", now - it.starts_at
    else:
        kind, length = "here", it.ends_at - now
    return Visit(kind, int(length.total_seconds() // 60), it)


def _to_know(visits: Iterable[Visit]) -> Iterator[Visit]:
    """Whatever is going on, and the first of those to come."""
    has_next = False
    for visit in visits:
        if visit.kind != "next" or not has_next:
            yield visit
        has_next = has_next or visit.kind == "next"
