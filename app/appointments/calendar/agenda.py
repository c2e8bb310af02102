"""A calendar as a list: what is on each day, by time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.appointments.calendar.bands import Band
from app.appointments.calendar.blocks import Block
from app.appointments.calendar.people import Somebody, Team
from app.appointments.calendar.shelf import load_shelf
from app.businesses.models import Business


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment of a day, and whose time it takes first of those who are shown."""

    block: Block
    somebody: Somebody


@dataclass(frozen=True, slots=True)
class DayList:
    """One day: what is booked, by time, and why the business is closed."""

    day: date
    entries: Sequence[Entry]
    closures: Sequence[Band]


def agenda(business: Business, team: Team, days: Sequence[date], now: datetime) -> list[DayList]:
    """Days that follow each other; rooms only where they were chosen. Three statements."""
    people = {it.id: it for it in team.shown_together}
    shelf = load_shelf(business, team, list(people.values()), days, now)
    found = []
    for day in days:
        firsts: dict[int, Block] = {}
        for block in shelf.blocks_on(day, list(people.values())):
            firsts.setdefault(block.taken.appointment, block)
        entries = [Entry(it, people[it.taken.resource]) for it in firsts.values()]
        found.append(DayList(day, entries, shelf.away_on(day, None)))
    return found
