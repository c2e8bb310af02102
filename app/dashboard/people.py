"""Everybody and every room of a business, as the page of today names them."""

from app.appointments.calendar.people import Somebody, team_of
from app.businesses.models import Membership


def people_shown_to(membership: Membership) -> list[Somebody]:
    """Whose time this member looks at: staff their own, managers and owners everybody's and every room's.

    Those who left are among them, for what is booked with them. One statement.
    """
    team = team_of(membership)
    return [it for it in team.everybody if team.sees_all or it.is_theirs]
