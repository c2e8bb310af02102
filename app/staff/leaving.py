"""Somebody does not work here any more. What they did and what they are booked for stays."""

from datetime import datetime

from app.auth.models import User
from app.auth.sessions import end_sessions_of
from app.businesses.joining import NotAMember, leave, memberships_of
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.schedule.keeping import put_back
from app.schedule.serving import put_away
from app.staff.models import StaffMember


def dismiss(business: Business, person: StaffMember, *, by: Actor, now: datetime) -> None:
    """Nobody can book them from now on, and they are signed out here at once. Raises LastOwner.

    Their bookings ahead keep their time until a member moves them.
    """
    if person.user_id is not None:
        sign_out_of(business, db.session.get_one(User, person.user_id), by=by, now=now)
    put_away(business.id, person.resource_id, by=by, now=now)


def take_back(business: Business, person: StaffMember, *, by: Actor, now: datetime) -> None:
    """Let them be booked again, with the hours and services they had. Signing in takes a new invitation.

    Raises TooMany.
    """
    put_back(business.id, person.resource_id, by=by, now=now)


def sign_out_of(business: Business, user: User, *, by: Actor, now: datetime) -> None:
    """End a membership, and the sign-ins of who works nowhere else. Raises LastOwner."""
    try:
        leave(business, user, by=by, now=now)
    except NotAMember:
        return
    if not memberships_of(user.id):
        end_sessions_of(user.id, now)
