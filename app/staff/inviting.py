"""Somebody who accepts an invitation becomes the person on the calendar it was for."""

from app.auth.models import User
from app.businesses.models import Invitation
from app.core.db import db
from app.staff.models import StaffMember
from app.staff.roster import find_staff_member, staff_member_of


def bind_person(invitation: Invitation, user: User) -> None:
    """Unless that person signs in already, or they are somebody else here."""
    if invitation.resource_id is None or staff_member_of(invitation.business_id, user.id):
        return
    person: StaffMember | None = find_staff_member(invitation.business_id, invitation.resource_id)
    if person and person.user_id is None:
        person.user_id = user.id
        db.session.flush()
