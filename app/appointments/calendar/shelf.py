"""All that stands on some days of a calendar, read once and looked up by day and resource."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from app.appointments.calendar.bands import Band, away_bands
from app.appointments.calendar.blocks import Block, blocks_of
from app.appointments.calendar.days import Days
from app.appointments.calendar.people import Somebody, Team
from app.appointments.calendar.reading import Taken, taken_between
from app.business_hours.absences import Absence, absences
from app.businesses.models import Business


@dataclass(frozen=True, slots=True)
class Shelf:
    """The blocks by day and resource, and who is away."""

    days: Days
    blocks: dict[tuple[date, int], list[Block]]
    away: Sequence[Absence]
    sees_reasons: bool

    def blocks_on(self, day: date, shown: Sequence[Somebody]) -> list[Block]:
        """Each appointment of a day with the first of those shown whose time it takes, by start."""
        owner: dict[int, int] = {}
        blocks = [
            block
            for it in shown
            for block in self.blocks.get((day, it.id), ())
            if owner.setdefault(block.taken.appointment, it.id) == it.id
        ]
        return sorted(blocks, key=lambda it: (it.start, -it.end))

    def away_on(self, day: date, somebody: Somebody | None) -> list[Band]:
        """When the business is closed, and when that person or room is away."""
        return list(away_bands(self.days, somebody, day, self.away, self.sees_reasons))


def load_shelf(
    business: Business, team: Team, shown: Sequence[Somebody], days: Sequence[date], now: datetime
) -> Shelf:
    """What these people and rooms have on some days that follow each other: three statements."""
    ids = [it.id for it in shown]
    when = Days(business, shown, days[0], days[-1])
    taken = taken_between(business.id, ids, *when.limits, now)
    away = absences(business.id, ids, days[0], days[-1])
    return Shelf(when, _by_day(when, team, taken), away, team.sees_all)


def _by_day(days: Days, team: Team, taken: Iterable[Taken]) -> dict[tuple[date, int], list[Block]]:
    """By day and resource. What is `taken` comes in the order `taken_between` gives."""
    blocks: dict[tuple[date, int], list[Block]] = defaultdict(list)
    for _, appointment in groupby(taken, attrgetter("appointment")):
        rows = list(appointment)
        resources = {it.resource for it in rows}
        opens, changes = team.may_open(resources), team.may_change(resources)
        performer = next((it.resource for it in rows if it.need == 1), None)
        for resource, stretches in groupby(rows, attrgetter("resource")):
            for day, block in blocks_of(days, list(stretches), performer, opens):
                block.changes = changes
                blocks[day, resource].append(block)
    return dict(blocks)
