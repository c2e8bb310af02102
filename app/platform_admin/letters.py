"""The letters about a suspension: whether one is still wanted, and what it says when it is sent."""

from flask_babel import gettext as _

from app.businesses.finding import load_business
from app.businesses.joining import find_member
from app.businesses.letters import common_words
from app.core.mail import address_of
from app.notifications.kinds import Letter, Reason
from app.notifications.models import Notification


def why_not_suspended(row: Notification) -> Reason | None:
    """Why somebody need not read that it is suspended: it is not any more, or they have left."""
    if load_business(row.business_id or 0).status != "suspended":
        return _("The business is not suspended any more.")
    return _why_not_member(row)


def why_not_reinstated(row: Notification) -> Reason | None:
    """Why somebody need not read that it is not suspended: it is again, or they have left."""
    if load_business(row.business_id or 0).status == "suspended":
        return _("The business is suspended again.")
    return _why_not_member(row)


def about_state(row: Notification) -> Letter:
    """What was decided and why, and where members see it."""
    business = load_business(row.business_id or 0)
    words = {
        "reason": row.payload["reason"],
        "is_open": business.status == "open",
        "page": address_of("dashboard.index", slug=business.slug),
    }
    return Letter(sender="Daybook", reply_to=None, words=common_words(business) | words)


def _why_not_member(row: Notification) -> Reason | None:
    member = row.user_id and find_member(row.business_id or 0, row.user_id)
    return None if member and member.active else _("Whoever it was for does not work here any more.")
