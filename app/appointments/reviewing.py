"""A series as a member decides about it, date by date, before any of it is booked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.appointments.detours import Detour, detours
from app.appointments.placing import Wish
from app.appointments.repeating import Turn
from app.appointments.series import look_at_series
from app.businesses.models import Business
from app.schedule.verdict import Refusal

ANYWAY = "anyway"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One date: fine, or refused with what can be had instead. Without a `wish` its time does not exist.

    `against` is all that speaks against it, if whoever looks at it may set all of that aside.
    """

    turn: Turn
    wish: Wish | None
    refusal: Refusal | None = None
    detour: Detour | None = None
    against: tuple[Refusal, ...] = ()

    @property
    def anyway(self) -> str:
        """The choice to book it although all this speaks against it, and nothing else."""
        return f"{ANYWAY}:{' '.join(self.against)}"

    @property
    def is_fine(self) -> bool:
        return self.wish is not None and self.refusal is None


def review(
    business: Business,
    asked: Sequence[tuple[Turn, Wish | None]],
    now: datetime,
    *,
    despite: Collection[Refusal],
    may: Collection[Refusal] = (),
    people: Collection[int] | None,
    known: Mapping[int, Refusal | None] | None = None,
) -> list[Reviewed]:
    """Every date and what speaks against it. Other `people` are offered only among these; None means anybody.

    `may` is what can be set aside for a single date. `known` is what was said about a start (epoch minutes) just now,
    which counts where it was refused. At most eight statements, however many dates.
    """
    said = {start: refusal for start, refusal in (known or {}).items() if refusal}
    wishes = [wish for _turn, wish in asked if wish]
    dates = look_at_series(business, wishes, now, despite) if wishes else []
    judged = {it.wish.start: said.get(it.wish.start) or it.refusal for it in dates}
    asides = {it.wish.start: it.against for it in dates if set(it.against) <= set(may)}
    refused = [wish for wish in wishes if judged[wish.start]]
    ways = dict(zip((it.start for it in refused), detours(business, refused, now, people), strict=True))
    return [
        Reviewed(turn, wish, judged[wish.start], ways.get(wish.start), asides.get(wish.start, ()))
        if wish
        else Reviewed(turn, None)
        for turn, wish in asked
    ]
