"""What is booked, in pieces that stand in columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.appointments.calendar.days import Days
from app.appointments.calendar.reading import Taken
from app.core.intervals import Interval, merge

_MOVABLE = ("requested", "pending_payment", "confirmed")


@dataclass(slots=True)
class Block:
    """A piece of an appointment in one column; one with a pause has several. All in wall minutes.

    `performer` is who does it, where they are shown. `before` and `after` are its buffers, `pause` how long the same
    person waits until its next piece. A member who may not open it sees only that time is taken;
    `changes` whether one who may can do something about it. `lane` of `lanes` says
    where it stands beside what it overlaps. `offset` is how many minutes after the start one of several pieces begins;
    None of one that is in one piece.
    """

    taken: Taken
    performer: int | None
    opens: bool
    start: int
    end: int
    before: int = 0
    after: int = 0
    pause: int = 0
    whole: bool = True
    lane: int = 0
    lanes: int = 1
    offset: int | None = None
    changes: bool = True

    @property
    def moves(self) -> bool:
        """Whether it can be dragged: a firm appointment of one customer that is not over."""
        return (
            self.opens
            and self.changes
            and self.whole
            and self.taken.capacity == 1
            and self.taken.status in _MOVABLE
        )


def blocks_of(
    days: Days, rows: Sequence[Taken], performer: int | None, opens: bool
) -> Iterator[tuple[date, Block]]:
    """What an appointment takes of one resource, by the days it stands on."""
    about = rows[0]
    if len(rows) == 1 and about.taken_from == about.starts and about.taken_until == about.ends:
        # As nearly all are, and there may be hundreds: no buffers, no pause.
        parts = list(days.split(about.starts, about.ends))
        for day, start, end in parts:
            top, foot = days.on_the_wall(day, start, end)
            yield day, Block(about, performer, opens, top, foot, whole=len(parts) == 1)
        return
    work = _work(rows)
    about = about._replace(squeezed=any(it.squeezed for it in rows))
    before = max(0, about.starts - rows[0].taken_from)
    after = max(0, max(it.taken_until for it in rows) - about.ends)
    for at, (start, end) in enumerate(work):
        first, last = at == 0, at == len(work) - 1
        parts = list(days.split(start, end))
        for number, (day, part_start, part_end) in enumerate(parts):
            top, foot = days.on_the_wall(day, part_start, part_end)
            ends_here = number == len(parts) - 1
            yield (
                day,
                Block(
                    about,
                    performer,
                    opens,
                    top,
                    foot,
                    before if first and number == 0 else 0,
                    after if last and ends_here else 0,
                    0 if last or not ends_here else work[at + 1][0] - end,
                    whole=len(parts) == 1,
                    offset=start - about.starts if len(work) > 1 else None,
                ),
            )


def _work(rows: Sequence[Taken]) -> list[Interval]:
    """The stretches without the buffers, as one where they touch."""
    about = rows[0]
    work = merge((max(it.taken_from, about.starts), min(it.taken_until, about.ends)) for it in rows)
    # What lies wholly before the start or after the end is shown as it is.
    return work or merge((it.taken_from, it.taken_until) for it in rows)
