"""Nights: somebody arrives at the hour of arrival and departs at that of departure, days later."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from app.schedule.judging import against
from app.schedule.starts import Starts


class Stay(NamedTuple):
    """From arrival to departure (epoch minutes), and the spaces it can be had in."""

    start: int
    end: int
    spaces: tuple[int, ...]


def open_stays(starts: Starts, days: Collection[date], nights: int) -> Iterator[tuple[date, Stay]]:
    """The stays of so many nights that can begin on these days, by day."""
    for day in sorted(days):
        start, end = starts.stay(day, nights)
        free = [
            it.resource for it in starts.service.performers if not against(starts, start, end - start, it)
        ]
        if free:
            yield day, Stay(start, end, tuple(free))
