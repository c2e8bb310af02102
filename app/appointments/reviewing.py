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


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One date: fine, or refused with what can be had instead. Without a `wish` its time does not exist."""

    turn: Turn
    wish: Wish | None
    refusal: Refusal | None = None
    detour: Detour | None = None

    @property
    def is_fine(self) -> bool:
        return self.wish is not None and self.refusal is None


def review(
    business: Business,
    asked: Sequence[tuple[Turn, Wish | None]],
    now: datetime,
    *,
    despite: Collection[Refusal],
    people: Collection[int] | None,
    known: Mapping[int, Refusal | None] | None = None,
) -> list[Reviewed]:
    """Every date and what speaks against it. Other `people` are offered only among these; None means anybody.

    `known` is what was said about a start (epoch minutes) just now, which counts where it was refused. At most eight
    statements, however many dates.
    """
    said = {start: refusal for start, refusal in (known or {}).items() if refusal}
    wishes = [wish for _turn, wish in asked if wish]
    judged = {
        it.wish.start: said.get(it.wish.start) or it.refusal
        for it in (look_at_series(business, wishes, now, despite) if wishes else ())
    }
    refused = [wish for wish in wishes if judged[wish.start]]
    ways = dict(zip((it.start for it in refused), detours(business, refused, now, people), strict=True))
    return [
        Reviewed(turn, wish, judged[wish.start], ways.get(wish.start)) if wish else Reviewed(turn, None)
        for turn, wish in asked
    ]
