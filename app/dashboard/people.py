"""Everybody and every room of a business, as the page of today names them."""

from typing import NamedTuple

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


class Somebody(NamedTuple):
    """A person or a room. `colour` is one of twelve and `photo` the key of an upload, of people only."""

    id: int
    kind: str
    name: str
    active: bool
    colour: int | None
    photo: str | None
    user_id: int | None

    @property
    def is_person(self) -> bool:
        """Not a room."""
        return self.kind == "staff"


def people_shown_to(membership: Membership) -> list[Somebody]:
    """Whose time this member looks at: staff their own, managers and owners everybody's and every room's.

    Those who left are among them, for what is booked with them. One statement.
    """
    rows = db.session.execute(_EVERYBODY, {"business": membership.business_id})
    everybody = [Somebody._make(row) for row in rows]
    if membership.is_at_least("manager"):
        return everybody
    return [it for it in everybody if it.user_id == membership.user_id]
