"""Whose time a calendar shows: people, then rooms."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from app.businesses.models import Membership
from app.core.db import db

_EVERYBODY = text("""
    SELECT r.id, r.kind, r.name, r.active, s.colour, s.photo, s.user_id
      FROM resources r
      LEFT JOIN staff_members s ON s.business_id = r.business_id AND s.resource_id = r.id
     WHERE r.business_id = :business
     ORDER BY r.kind = 'space', s.position, r.id
""")


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person or a room. `colour` is one of twelve, of people only; `is_theirs`: it is the member who looks."""

    id: int
    kind: str
    name: str
    active: bool
    colour: int | None
    photo: str | None
    is_theirs: bool

    @property
    def is_person(self) -> bool:
        """Not a room."""
        return self.kind == "staff"


@dataclass(frozen=True, slots=True)
class Team:
    """Everybody there is, those who left too, and who of them is shown; to some staff nobody but themselves.

    `sees_all`: from managers up. `reads_all`: whoever may look at the appointments of colleagues.
    """

    everybody: Sequence[Somebody]
    chosen: Collection[int]
    sees_all: bool
    reads_all: bool

    @property
    def shown(self) -> list[Somebody]:
        """Those who are looked at: all who are here, unless some were chosen."""
        return [it for it in self.everybody if (it.id in self.chosen if self.chosen else it.active)]

    @property
    def shown_together(self) -> list[Somebody]:
        """The same for a view that lays them over each other: rooms only where they were chosen."""
        return [it for it in self.shown if it.is_person or self.chosen]

    @property
    def colours(self) -> dict[int | None, int]:
        """The colours of the people."""
        return {it.id: it.colour for it in self.everybody if it.colour}

    @property
    def choices(self) -> list[Somebody]:
        """Who can be chosen."""
        return [it for it in self.everybody if it.active or it.id in self.chosen]

    def may_open(self, resources: Collection[int]) -> bool:
        """Whether this member may look at an appointment that takes these people's and rooms' time."""
        return self.reads_all or self.may_change(resources)

    def may_change(self, resources: Collection[int]) -> bool:
        """Whether they may do something about it, too: it is theirs, or they are a manager."""
        return self.sees_all or any(it.is_theirs for it in self.everybody if it.id in resources)


def team_of(membership: Membership, chosen: Collection[int] = (), *, together: bool = False) -> Team:
    """The people and rooms of a member's business; ids that are none of them are not chosen.

    Whoever chooses all that a view shows anyway, of one that lays them over each other (`together`) the people, has
    chosen nobody: who comes to the team later is shown too.
    """
    rows = db.session.execute(_EVERYBODY, {"business": membership.business_id})
    everybody = [
        Somebody(it.id, it.kind, it.name, it.active, it.colour, it.photo, it.user_id == membership.user_id)
        for it in rows
    ]
    if membership.sees == "own":
        everybody = [it for it in everybody if it.is_theirs]
    known = {it.id for it in everybody}
    usual = {it.id for it in everybody if it.active and (it.is_person or not together)}
    those = known.intersection(chosen)
    return Team(
        everybody,
        set() if those == usual else those,
        membership.is_at_least("manager"),
        membership.sees == "all",
    )
