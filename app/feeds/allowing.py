"""Whose calendar a member may give to others or have read: staff their own person's, managers and owners anybody's."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text

from app.businesses.models import Membership
from app.core.db import db
from app.core.errors import DomainError

# People in the order of the team, then rooms.
_OF_BUSINESS = text("""
    SELECT r.id, r.name, r.kind, r.active, s.user_id IS NOT DISTINCT FROM :user AND s.user_id IS NOT NULL AS is_theirs
      FROM resources r
      LEFT JOIN staff_members s ON s.business_id = r.business_id AND s.resource_id = r.id
     WHERE r.business_id = :business
     ORDER BY r.kind = 'space', s.position, r.id
""")


@dataclass(frozen=True, slots=True)
class Whose:
    """A person or a room; `is_theirs`: it is the member who asks."""

    id: int
    name: str
    kind: str
    active: bool
    is_theirs: bool


class NotTheirCalendar(DomainError):
    """Somebody else's, asked for by staff, or nobody's."""

    status = 403


def everybody(membership: Membership) -> Sequence[Whose]:
    """The people and rooms of the member's business, those put away too: one statement."""
    asked = {"business": membership.business_id, "user": membership.user_id}
    return [Whose(*row) for row in db.session.execute(_OF_BUSINESS, asked)]


def open_to(membership: Membership, those: Sequence[Whose]) -> list[Whose]:
    """Those of them the member may choose: who is there now, and of staff only themselves."""
    sees_all = membership.is_at_least("manager")
    return [it for it in those if it.active and (sees_all or it.is_theirs)]


def need_allowed(membership: Membership, resource_id: int | None) -> None:
    """Raise NotTheirCalendar unless the member may choose this person or room, or the whole business for None."""
    if resource_id is None:
        if not membership.is_at_least("manager"):
            raise NotTheirCalendar
    elif all(it.id != resource_id for it in open_to(membership, everybody(membership))):
        raise NotTheirCalendar
