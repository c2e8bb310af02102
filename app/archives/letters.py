"""The letters about the end of a business: whether one is still wanted, and what it says when it is sent."""

from datetime import datetime

from flask_babel import gettext as _

from app.businesses.finding import load_business
from app.businesses.joining import find_member
from app.businesses.letters import common_words
from app.core.mail import address_of
from app.notifications.kinds import Letter, Reason
from app.notifications.models import Notification


def why_not_ending(row: Notification) -> Reason | None:
    """Why somebody need not read that it ends: it does not, or not then, or they have left."""
    ends_at = load_business(row.business_id or 0).ends_at
    if ends_at is None or ends_at != _end(row):
        return _("The business stays after all.")
    return _why_not_member(row)


def why_not_kept(row: Notification) -> Reason | None:
    """Why somebody need not read that it stays: it ends again, or they have left."""
    if load_business(row.business_id or 0).ends_at is not None:
        return _("The business ends after all.")
    return _why_not_member(row)


def about_end(row: Notification) -> Letter:
    """When it ends, who asked for it, and to owners where they can keep it."""
    business = load_business(row.business_id or 0)
    member = row.user_id and find_member(business.id, row.user_id)
    is_owner = bool(member and member.is_at_least("owner"))
    return Letter(
        sender=business.name,
        reply_to=business.email,
        words=common_words(business)
        | {
            "ends_at": _end(row),
            "by": row.payload["by"],
            "is_owner": is_owner,
            "page": address_of("archives.index" if is_owner else "dashboard.index", slug=business.slug),
        },
    )


def _why_not_member(row: Notification) -> Reason | None:
    member = row.user_id and find_member(row.business_id or 0, row.user_id)
    return None if member and member.active else _("Whoever it was for does not work here any more.")


def _end(row: Notification) -> datetime:
    return datetime.fromisoformat(row.payload["ends_at"])
