"""A business ends: closed at once, and deleted after a time in which its owners may think again."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from app.appointments.upcoming import bookings_ahead
from app.archives.telling import tell_of_end, tell_of_stay
from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError

GRACE = timedelta(days=30)


class NotItsAddress(DomainError):
    """Somebody did not type the word that says they mean it."""

    message = _("Please type the last part of its address exactly as it stands here.")


class StillExpected(DomainError):
    """Customers would come to a business that is not there any more."""

    status = 409

    def __init__(self, count: int) -> None:
        super().__init__(
            ngettext(
                "%(num)d booking is still ahead. Cancel it first, so that its customer knows.",
                "%(num)d bookings are still ahead. Cancel them first, so that their customers know.",
                count,
            )
        )


def end_business(business: Business, word: str, *, by: Actor, now: datetime) -> None:
    """Close it, have everything of it deleted in GRACE, and tell its members. `word` is its slug, typed by whoever
    means it.

    Twice changes nothing. Raises NotItsAddress or StillExpected.
    """
    if word != business.slug:
        raise NotItsAddress
    db.session.refresh(business, with_for_update={"key_share": True})
    if business.ends_at is not None:
        return
    ahead = bookings_ahead(business.id, since=now).count
    if ahead:
        raise StillExpected(ahead)
    if business.status == "open":
        business.status = "draft"
    _become(business, now + GRACE, "ending", by, now)
    tell_of_end(business, by, now)


def keep_business(business: Business, *, by: Actor, now: datetime) -> None:
    """Think again, and tell who knows that it was to end. Its page stays closed until an owner opens it."""
    db.session.refresh(business, with_for_update={"key_share": True})
    ended_at = business.ends_at
    if ended_at is not None:
        _become(business, None, "kept", by, now)
        tell_of_stay(business, ended_at, by, now)


def _become(business: Business, ends_at: datetime | None, verb: str, by: Actor, now: datetime) -> None:
    changes = {"ends_at": [business.ends_at, ends_at]}
    business.ends_at = ends_at
    db.session.flush()
    record(
        f"business.{verb}", "business", business.id, by=by, at=now, business_id=business.id, changes=changes
    )
