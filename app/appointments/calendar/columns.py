"""A calendar in columns that share their hours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.appointments.calendar.bands import Band, beside_blocks, closed_bands
from app.appointments.calendar.blocks import Block
from app.appointments.calendar.days import LONGEST_COLUMN
from app.appointments.calendar.lanes import lanes_of
from app.appointments.calendar.people import Somebody, Team
from app.appointments.calendar.shelf import Shelf, load_shelf
from app.businesses.models import Business
from app.core.intervals import Interval

_USUAL = (9 * 60, 17 * 60)  # What is shown of a day nothing is known about.


@dataclass(frozen=True, slots=True)
class Column:
    """One day of one person or room, or (`somebody` null) of all who are shown. Wall minutes."""

    day: date
    somebody: Somebody | None
    opens: Sequence[Interval]
    blocks: Sequence[Block]
    bands: Sequence[Band]


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns from the same hour to the same hour."""

    columns: Sequence[Column] = field(default_factory=list)

    @property
    def hours(self) -> Interval:
        """From an hour (0 is midnight) before the first thing there is to one after the last, past midnight too."""
        opens = [interval for column in self.columns for interval in column.opens]
        taken = [(block.start, block.end) for column in self.columns for block in column.blocks]
        starts, ends = zip(*(opens + taken or [_USUAL]), strict=True)
        return max(0, min(starts) // 60 - 1), min(LONGEST_COLUMN // 60, -(-max(ends) // 60) + 1)


def day_grid(business: Business, team: Team, day: date, now: datetime) -> Grid:
    """One day with a column for each person and room: three statements."""
    shelf = load_shelf(business, team, team.shown, [day], now)
    return Grid([_column(shelf, it, [it], day) for it in team.shown])


def week_grid(business: Business, team: Team, week: Sequence[date], now: datetime) -> Grid:
    """Days with a column each, for one person or several; rooms only where they were chosen. Three statements."""
    shown = team.shown_together
    shelf = load_shelf(business, team, shown, week, now)
    one = shown[0] if len(shown) == 1 else None
    return Grid([_column(shelf, one, shown, day) for day in week])


def _column(shelf: Shelf, somebody: Somebody | None, shown: Sequence[Somebody], day: date) -> Column:
    opens = shelf.days.opens(somebody, day)
    blocks = shelf.blocks_on(day, shown)
    _set_beside_each_other(blocks)
    bands = [*closed_bands(opens), *shelf.away_on(day, somebody), *beside_blocks(blocks)]
    return Column(day, somebody, opens, blocks, bands)


def _set_beside_each_other(blocks: Sequence[Block]) -> None:
    lanes = lanes_of([(it.start, it.end) for it in blocks])
    for it, beside in zip(blocks, lanes, strict=True):
        it.lane, it.lanes = beside
