"""How the widget does on each website: those on the list, and those that tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from app.sites.finding import listed_as
from app.sites.models import Sighting
from app.sites.origins import in_letters, shown

# What needs a look comes first.
ORDER = ("refused", "blocked", "around", "over", "works", "unseen")


@dataclass(frozen=True, slots=True)
class Card:
    """A website; `is_let_in`, because it is listed or any is. `seen_at`: when its widget was last seen, None: not yet.

    `state`: "works"; "unseen"; "refused", as it is not on the list; "blocked" by its own content policy; "around",
    where something else that is not on the list stands around it; "over", where it worked until it was taken off.
    """

    origin: str
    state: str
    is_listed: bool
    is_let_in: bool
    seen_at: datetime | None = None

    @property
    def name(self) -> str:
        """As people know it."""
        return shown(self.origin)

    @property
    def in_ascii(self) -> str | None:
        """Its host as browsers write it, where its letters could be taken for others."""
        host = urlsplit(self.origin).hostname or ""
        return None if in_letters(host) == host else host


@dataclass(frozen=True, slots=True)
class Health:
    """The websites of the list, and others where somebody tried."""

    own: list[Card]
    others: list[Card]


def health_of(listed: Sequence[str], seen: Sequence[Sighting], *, anywhere: bool) -> Health:
    """Each website once. `seen` is the latest first; `anywhere`: whatever the list says, all are let in."""
    latest: dict[str, Sighting] = {}
    for sighting in seen:
        latest.setdefault(listed_as(sighting.origin, listed) or _bare(sighting.origin), sighting)
    unseen = [Card(it, "unseen", True, True) for it in listed if it not in latest]
    cards = [
        _card(it, key if key in listed else it.origin, key in listed, anywhere) for key, it in latest.items()
    ]
    own = [it for it in [*cards, *unseen] if it.is_listed]
    return Health(sorted(own, key=_urgency), sorted((it for it in cards if not it.is_listed), key=_urgency))


def _card(sighting: Sighting, origin: str, is_listed: bool, anywhere: bool) -> Card:
    is_let_in = is_listed or anywhere
    if sighting.blocked_by == "frame-src":
        state = "blocked"
    elif sighting.blocked_by:
        state = "around" if is_let_in else "refused"
    else:
        state = "works" if is_let_in else "over"
    return Card(origin, state, is_listed, is_let_in, sighting.seen_at)


def _urgency(card: Card) -> tuple[int, float, str]:
    return ORDER.index(card.state), -card.seen_at.timestamp() if card.seen_at else 0, card.origin


def _bare(origin: str) -> str:
    """The same for a website with www. and without."""
    return origin.replace("://www.", "://", 1)
