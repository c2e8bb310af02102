"""What lies behind the blocks of a column: closed hours, breaks, time off, buffers and pauses."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.appointments.calendar.blocks import Block
from app.appointments.calendar.days import LONGEST_COLUMN, Days
from app.appointments.calendar.people import Somebody
from app.business_hours.absences import Absence
from app.core.intervals import Interval, intersect
from app.schedule.wall_clock import epoch_minute, epoch_minute_not_before

LONGEST_BREAK = 4 * 60


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of a column (wall minutes): closed, break, off, buffer or pause.

    `label` is a member's reason, where there is one; `is_shop`: it is the whole business that is away.
    """

    kind: str
    start: int
    end: int
    label: str | None = None
    is_shop: bool = False
    lane: int = 0
    lanes: int = 1


def closed_bands(opens: Sequence[Interval]) -> list[Band]:
    """The hours around open time, and the breaks in it."""
    edges = [0, *(edge for interval in opens for edge in interval), LONGEST_COLUMN]
    gaps = [(edges[at], edges[at + 1]) for at in range(0, len(edges), 2)]
    inner = {(before[1], after[0]) for before, after in pairwise(opens)}
    return [
        Band("break" if gap in inner and gap[1] - gap[0] <= LONGEST_BREAK else "closed", *gap)
        for gap in gaps
        if gap[0] < gap[1]
    ]


def away_bands(
    days: Days, somebody: Somebody | None, day: date, away: Iterable[Absence], sees_reasons: bool
) -> Iterator[Band]:
    """Closures of the business, and the time off of whoever the column is for."""
    own = somebody.id if somebody else None
    for it in away:
        if it.resource is not None and it.resource != own:
            continue
        stretch = _stretch(days, day, it)
        if stretch is None:
            continue
        is_shop = it.resource is None
        tells = is_shop or sees_reasons or bool(somebody and somebody.is_theirs)
        yield Band("off", *stretch, it.reason if tells else None, is_shop)


def beside_blocks(blocks: Iterable[Block]) -> Iterator[Band]:
    """The buffers around blocks, and the pauses in which somebody is free for others."""
    for it in blocks:
        if it.before:
            yield Band("buffer", max(0, it.start - it.before), it.start, lane=it.lane, lanes=it.lanes)
        if it.after:
            end = min(LONGEST_COLUMN, it.end + it.after)
            yield Band("buffer", it.end, end, lane=it.lane, lanes=it.lanes)
        if it.pause:
            yield Band("pause", it.end, min(LONGEST_COLUMN, it.end + it.pause))


def _stretch(days: Days, day: date, away: Absence) -> Interval | None:
    """What an absence takes of a day's column."""
    if away.first is not None and away.last is not None:
        return (0, LONGEST_COLUMN) if away.first <= day <= away.last else None
    assert away.starts_at is not None
    assert away.ends_at is not None
    start, end = epoch_minute(away.starts_at), epoch_minute_not_before(away.ends_at)
    both = intersect([(start, end)], [days.limits_of(day)])
    return days.on_the_wall(day, *both[0]) if both else None
