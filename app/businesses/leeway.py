"""How much customers may change of what they have booked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from app.businesses.models import Business


@dataclass(frozen=True, slots=True)
class Leeway:
    """Whether customers may move and cancel by themselves, until so many minutes (real time) before the start.

    A visit is moved `most_moves` times at most; None: as often as they like.
    """

    move: bool
    cancel: bool
    until_min: int
    most_moves: int | None

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """What `written` wrote."""
        return cls(kept["move"], kept["cancel"], kept["until_min"], kept["most_moves"])

    @property
    def written(self) -> dict[str, Any]:
        """The same as a row keeps it (JSON)."""
        return asdict(self)

    def or_more(self, other: "Leeway") -> "Leeway":
        """Each freedom as the more generous of the two has it."""
        limits = self.most_moves, other.most_moves
        return Leeway(
            move=self.move or other.move,
            cancel=self.cancel or other.cancel,
            until_min=min(self.until_min, other.until_min),
            most_moves=None if None in limits else max(it for it in limits if it is not None),
        )


def leeway_of(business: Business) -> Leeway:
    """What the settings of a business say now."""
    return Leeway(
        business.customers_move, business.customers_cancel, business.change_until_min, business.most_moves
    )
