"""What the blocks of a column say, for hundreds at once: a template takes longer to look each thing up.

All of it is escaped here, for a template that does not escape it again.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import NamedTuple

from markupsafe import escape

from app.appointments.calendar.blocks import Block
from app.appointments.calendar.placing import ROOMY, block_classes
from app.appointments.calendar.reading import Taken


class Drawn(NamedTuple):
    """A block as a template shows it, escaped: `attributes` of its item, and of its link, where it can be opened."""

    attributes: str
    href: str | None
    time: str
    title: str
    detail: str
    is_plain: bool
    taken: Taken


class Drawing:
    """Draws blocks for one member: `at` says minutes in their language, `words` statuses, `busy` what is hidden.

    `offered` says to whom something is offered, and until when.
    """

    def __init__(
        self,
        at: Callable[[int], str],
        words: Mapping[str, str],
        busy: str,
        colours: Mapping[int | None, int],
        address: str,
        offered: Callable[[Taken], str],
    ) -> None:
        self._time = cache(lambda minute: str(escape(at(minute))))
        self._words = words
        self._offered = offered
        self._busy = str(escape(busy))
        self._colours = colours
        self._address = str(escape(address))

    def __call__(self, blocks: Iterable[Block]) -> list[Drawn]:
        return [self._draw(block, block.taken) for block in blocks]

    def title(self, taken: Taken) -> str:
        """Who comes; of a class what it is; of a hold that somebody is booking, or to whom it is offered."""
        if taken.is_class:
            return taken.service
        if taken.is_offered:
            return self._offered(taken)
        return (self._words["held"] if taken.status == "held" else taken.who) or ""

    def _draw(self, block: Block, taken: Taken) -> Drawn:
        return Drawn(
            self._attributes(block, taken),
            f"{self._address}{taken.appointment}" if block.opens else None,
            self._times(block),
            str(escape(self.title(taken))) if block.opens else self._busy,
            _detail(taken),
            taken.is_plain,
            taken,
        )

    def _attributes(self, block: Block, taken: Taken) -> str:
        """For the browser's dragging, `start` is where the whole appointment begins."""
        start, offset = block.start, block.offset
        who = f"person-{self._colours.get(block.performer, 12)}"
        drawn = f'id="b{taken.appointment}-{taken.resource}-{start}" class="{block_classes(block)} {who}"'
        if block.moves:
            drawn += (
                f' data-moves data-start="{start - (offset or 0)}" data-minutes="{taken.ends - taken.starts}"'
            )
            if offset is not None:
                drawn += f' data-offset="{offset}"'
        return drawn

    def _times(self, block: Block) -> str:
        """When it begins, and where there is room for it when it ends."""
        time = self._time(block.start)
        if block.lanes > 1 or block.end - block.start < ROOMY:
            return time
        return f'{time}<span class="block-until">–{self._time(block.end)}</span>'


def _detail(taken: Taken) -> str:
    """What for; of a class how many places are taken."""
    return f"{taken.places_taken}/{taken.capacity}" if taken.is_class else str(escape(taken.service))
