"""What the blocks of a column say, for hundreds at once: looking each thing up in a template takes longer."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from app.appointments.calendar.blocks import Block
from app.appointments.calendar.placing import ROOMY, block_classes
from app.appointments.calendar.reading import Taken


class Drawn(NamedTuple):
    """A block as a template shows it. `start` is where the whole appointment begins.

    `until` and `href` are null where there is no room for it, or nothing to open.
    """

    id: str
    classes: str
    moves: bool
    start: int
    offset: int | None
    minutes: int
    href: str | None
    time: str
    until: str | None
    title: str
    detail: str
    is_plain: bool
    taken: Taken


class Drawing:
    """Draws blocks for one member: `at` says minutes in their language, `words` statuses, `busy` what is hidden."""

    def __init__(
        self,
        at: Callable[[int], str],
        words: Mapping[str, str],
        busy: str,
        colours: Mapping[int | None, int],
        address: str,
    ) -> None:
        self._at = at
        self._words = words
        self._busy = busy
        self._colours = colours
        self._address = address

    def __call__(self, blocks: Iterable[Block]) -> list[Drawn]:
        return [self._draw(block, block.taken) for block in blocks]

    def title(self, taken: Taken) -> str:
        """Who comes; of a class what it is; of a hold that somebody is booking."""
        if taken.is_class:
            return taken.service
        return (self._words["held"] if taken.status == "held" else taken.who) or ""

    def _draw(self, block: Block, taken: Taken) -> Drawn:
        start = block.start
        return Drawn(
            f"b{taken.appointment}-{taken.resource}-{start}",
            f"{block_classes(block)} person-{self._colours.get(block.performer, 12)}",
            block.moves,
            start - (block.offset or 0),
            block.offset,
            taken.ends - taken.starts,
            f"{self._address}{taken.appointment}" if block.opens else None,
            self._at(start),
            self._at(block.end) if block.lanes == 1 and block.end - start >= ROOMY else None,
            self.title(taken) if block.opens else self._busy,
            _detail(taken),
            taken.is_plain,
            taken,
        )


def _detail(taken: Taken) -> str:
    """What for; of a class how many places are taken."""
    return f"{taken.places_taken}/{taken.capacity}" if taken.is_class else taken.service
