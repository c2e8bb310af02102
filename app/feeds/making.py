"""Links at which calendar programs read what is booked: made, replaced by another, taken back."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.audit.models import record
from app.businesses.models import Membership
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.signing import new_nonce, one_time_hash, one_time_token
from app.feeds.allowing import need_allowed
from app.feeds.models import Feed

PURPOSE = "feed"
MOST_FEEDS = 20


class TooManyFeeds(DomainError):
    """More links than one member has programs."""

    message = _("You have 20 links, and more are not possible. Take back one that nobody reads any more.")


def make_feed(
    membership: Membership, resource_id: int | None, detail: str, *, by: Actor, now: datetime
) -> Feed:
    """A new link of the member's, to the bookings of a person or room, or of everybody without `resource_id`.

    Raises NotTheirCalendar or TooManyFeeds.
    """
    need_allowed(membership, resource_id)
    # Two at once would both see room for the last one.
    db.session.refresh(membership, with_for_update={"key_share": True})
    mine = select(func.count()).select_from(Feed).filter_by(business_id=membership.business_id)
    if (db.session.scalar(mine.filter_by(user_id=membership.user_id, revoked_at=None)) or 0) >= MOST_FEEDS:
        raise TooManyFeeds
    return _make(membership.business_id, membership.user_id, resource_id, detail, by, now)


def rotate_feed(feed: Feed, *, by: Actor, now: datetime) -> Feed:
    """Another link to the same; the old one ends at once. One that was taken back already stays the last."""
    db.session.refresh(feed, with_for_update=True)
    if feed.revoked_at:
        return feed
    _end(feed, "feed.rotated", by, now)
    return _make(feed.business_id, feed.user_id, feed.resource_id, feed.detail, by, now)


def revoke_feed(feed: Feed, *, by: Actor, now: datetime) -> None:
    """Take the link back: whoever reads it is told that it is gone. Twice changes nothing."""
    db.session.refresh(feed, with_for_update=True)
    if not feed.revoked_at:
        _end(feed, "feed.revoked", by, now)


def token_of(feed: Feed) -> str | None:
    """What stands in the address; None where the key it was made with is gone."""
    return one_time_token(PURPOSE, feed.nonce, feed.token_hash)


def _make(
    business_id: int, user_id: int, resource_id: int | None, detail: str, by: Actor, now: datetime
) -> Feed:
    nonce = new_nonce()
    feed = Feed(
        business_id=business_id,
        user_id=user_id,
        resource_id=resource_id,
        detail=detail,
        nonce=nonce,
        token_hash=one_time_hash(PURPOSE, nonce),
        created_at=now,
    )
    db.session.add(feed)
    db.session.flush()
    _record("feed.made", feed, {"detail": [None, detail], "resource": [None, resource_id]}, by, now)
    return feed


def _end(feed: Feed, action: str, by: Actor, now: datetime) -> None:
    feed.revoked_at = now
    _record(action, feed, {"revoked_at": [None, now.isoformat()]}, by, now)
    db.session.flush()


def _record(action: str, feed: Feed, changes: dict[str, list[object]], by: Actor, now: datetime) -> None:
    record(action, "feed", feed.id, by=by, at=now, business_id=feed.business_id, changes=changes)
    db.session.flush()
