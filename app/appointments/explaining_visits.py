"""Why a visit of several services is not offered: which of them is in the way, and what of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from app.appointments.blaming import Blame, Cause
from app.appointments.calendar.people import team_of
from app.appointments.calendar.reading import taken_between
from app.business_hours.absences import absences
from app.businesses.models import Membership
from app.schedule.hindering import HinderedVisit
from app.schedule.loading import Part, load_parts
from app.schedule.wall_clock import utc

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Part `at` (from 0) of a visit, when it would begin (epoch minutes) and why it cannot.

    Without a `cause` it could be had alone, but not after what comes before it.
    """

    at: int
    start: int
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class VisitLine:
    """Starts one after another about which one thing is said; without an obstacle they are offered."""

    starts: tuple[int, ...]
    obstacle: Obstacle | None


class ExplainedVisit:
    """All there is to say about a day of a visit. Built by `explain_visit`; nothing here asks the database."""

    def __init__(self, visit: HinderedVisit, blames: Sequence[Blame]) -> None:
        self.visit, self.blames = visit, blames

    @property
    def day(self) -> date:
        """The business day."""
        return self.visit.day

    def obstacle(self, start: int) -> Obstacle | None:
        """What is in the way of a start (epoch minutes); None: it is offered."""
        found = self.visit.hindrance(start)
        if found is None:
            return None
        if not found.refused:
            return Obstacle(found.part, found.start, None)
        track = self.visit.explanations[found.part].judged(found.start)
        cause = self.blames[found.part].cause(track, found.start, found.refused[0])
        return Obstacle(found.part, found.start, cause)

    @cached_property
    def lines(self) -> list[VisitLine]:
        """The steps of the first service, by time."""
        found: list[VisitLine] = []
        for start in self.visit.steps:
            obstacle = self.obstacle(start)
            if found and _is_the_same(found[-1].obstacle, obstacle):
                found[-1] = VisitLine((*found[-1].starts, start), found[-1].obstacle)
            else:
                found.append(VisitLine((start,), obstacle))
        return found


def explain_visit(
    membership: Membership, parts: Sequence[Part], day: date, start: int | None, now: datetime
) -> ExplainedVisit:
    """A day of a visit: as many statements as for one service (`explaining.explain`), where a start means the same.

    Raises LookupError for a service of another business.
    """
    business = membership.business
    facts = load_parts(business, parts, day - _ONE_DAY, day, now, counts=True)
    visit = HinderedVisit(facts, day, now)
    if start is not None and visit.explanations[0].starts.day_of(start) < day:
        visit = HinderedVisit(facts, day - _ONE_DAY, now)
    begin, end = visit.explanations[0].span
    resources = {it for part in facts for it in part.service.resources}
    around = timedelta(minutes=sum(it.service.longest + it.service.before + it.service.after for it in facts))
    taken = taken_between(business.id, resources, utc(begin) - around, utc(end) + around, now)
    away = absences(business.id, resources, day - _ONE_DAY, day + _ONE_DAY)
    team = team_of(membership)
    return ExplainedVisit(visit, [Blame(it, team, taken, away) for it in visit.explanations])


def _is_the_same(one: Obstacle | None, other: Obstacle | None) -> bool:
    """Whether one sentence serves for both: what follows from the start alone is left to whoever asks about it."""
    if one is None or other is None:
        return one is other
    if one.at != other.at or (one.cause is None) != (other.cause is None):
        return False
    if one.cause is None or other.cause is None:
        return True
    return (one.cause.refusal, one.cause.kind, one.cause.person, one.cause.taken, one.cause.since) == (
        other.cause.refusal,
        other.cause.kind,
        other.cause.person,
        other.cause.taken,
        other.cause.since,
    )
