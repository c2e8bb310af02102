"""The letters about an invitation: whether one is still wanted, and what it says when it is sent."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.businesses.inviting import InvitationOver, check_open, token_of
from app.businesses.joining import find_member
from app.businesses.models import Business, Invitation
from app.businesses.painting import paint
from app.core import clock
from app.core.db import db
from app.core.mail import address_of, home_address
from app.notifications.kinds import Letter, Reason
from app.notifications.models import Notification


def common_words(business: Business) -> dict[str, Any]:
    """What every mail of a business needs."""
    return {"business": business, "paint": paint(business.brand_hue), "home": home_address()}


def why_not_invitation(row: Notification) -> Reason | None:
    """Why somebody need not be asked any more."""
    invitation = _invitation(row)
    if invitation.expires_at != datetime.fromisoformat(row.payload["until"]):
        return _("A newer invitation was sent.")
    if token_of(invitation) is None:
        return _("The key it was made with is gone.")
    try:
        check_open(invitation, clock.now())
    except InvitationOver as over:
        return over.message
    return None


def invitation(row: Notification) -> Letter:
    """Who asks whom to do what, and until when."""
    asked = _invitation(row)
    return _letter(
        asked,
        page=address_of("invitations.show", token=token_of(asked)),
        inviter=row.payload["by"],
        role=asked.role,
        email=asked.email,
    )


def why_not_accepted(row: Notification) -> Reason | None:
    """Why whoever sent it need not hear the answer any more."""
    inviter = row.user_id and find_member(_invitation(row).business_id, row.user_id)
    return None if inviter and inviter.active else _("Whoever it was for does not work here any more.")


def accepted(row: Notification) -> Letter:
    """They have come."""
    asked = _invitation(row)
    page = address_of("staff.index_members", slug=asked.business.slug)
    return _letter(asked, page=page, name=row.payload["name"], role=asked.role)


def _letter(asked: Invitation, **words: object) -> Letter:
    business = asked.business
    return Letter(sender=business.name, reply_to=business.email, words=common_words(business) | words)


def _invitation(row: Notification) -> Invitation:
    return db.session.get_one(Invitation, (row.business_id, row.subject_id), populate_existing=True)
