"""Which links there are, and what one of them opens."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select, update

from app.auth.models import User
from app.businesses.models import Business, Membership
from app.core.db import db
from app.core.signing import hash_token
from app.feeds.models import Feed
from app.schedule.models import Resource
from app.staff.models import StaffMember

NOTED_EVERY = timedelta(hours=1)


class Opened(NamedTuple):
    """A link as somebody reads it. `whose` is the name of the person or room, none of the whole business.

    `is_over`: it was taken back, or whoever made it may not see this any more.
    """

    feed: Feed
    business: Business
    whose: str | None
    language: str
    is_over: bool


class Kept(NamedTuple):
    """A link as its page lists it: `maker` made it, and it `works` while they may see what it shows."""

    feed: Feed
    maker: str
    works: bool


def find_feed(token: str) -> Opened | None:
    """What the link with this token opens, with all that says whether it still does: one statement."""
    member, own = _of_maker()
    found = (
        select(Feed, Business, User, Membership, StaffMember.resource_id, Resource.name)
        .join(Business, Business.id == Feed.business_id)
        .join(User, User.id == Feed.user_id)
        .outerjoin(Membership, member)
        .outerjoin(StaffMember, own)
        .outerjoin(Resource, (Resource.business_id == Feed.business_id) & (Resource.id == Feed.resource_id))
        .where(Feed.token_hash == hash_token(token))
    )
    row = db.session.execute(found).one_or_none()
    if row is None:
        return None
    feed, business, user, membership, own_id, whose = row
    is_over = bool(feed.revoked_at) or not (user.active and may_have(membership, own_id, feed.resource_id))
    return Opened(feed, business, whose, user.language or business.language, is_over)


def may_have(membership: Membership | None, own_id: int | None, resource_id: int | None) -> bool:
    """Whether a member, who is the person `own_id`, may have the calendar of `resource_id`, or of everybody."""
    if membership is None or not membership.active:
        return False
    return membership.is_at_least("manager") or (own_id is not None and own_id == resource_id)


def feeds_of(membership: Membership) -> list[Kept]:
    """The links that were not taken back: a member's own, and from managers up all of the business. Theirs first."""
    member, own = _of_maker()
    found = (
        select(Feed, User, Membership, StaffMember.resource_id)
        .join(User, User.id == Feed.user_id)
        .outerjoin(Membership, member)
        .outerjoin(StaffMember, own)
        .where(Feed.business_id == membership.business_id, Feed.revoked_at.is_(None))
        .order_by(Feed.user_id != membership.user_id, User.name, Feed.id)
    )
    if not membership.is_at_least("manager"):
        found = found.where(Feed.user_id == membership.user_id)
    return [
        Kept(feed, user.name, user.active and may_have(theirs, own_id, feed.resource_id))
        for feed, user, theirs, own_id in db.session.execute(found)
    ]


def load_feed(membership: Membership, feed_id: int) -> Feed | None:
    """A link of the member's, or from managers up any of the business."""
    feed = db.session.get(Feed, (membership.business_id, feed_id))
    is_theirs = feed and feed.user_id == membership.user_id
    return feed if is_theirs or membership.is_at_least("manager") else None


def note_reading(feed: Feed, now: datetime) -> bool:
    """Keep when the link was read, at most once an hour; whether there is something to commit."""
    stale = now - NOTED_EVERY
    if feed.read_at and feed.read_at > stale:
        return False
    this = update(Feed).filter_by(business_id=feed.business_id, id=feed.id)
    noted = this.where(or_(Feed.read_at.is_(None), Feed.read_at <= stale)).values(read_at=now)
    return bool(db.session.execute(noted.returning(Feed.id)).all())


def _of_maker() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What joins a link to the membership of whoever made it, and to the person they are on the calendar."""
    member = (Membership.business_id == Feed.business_id) & (Membership.user_id == Feed.user_id)
    own = (StaffMember.business_id == Feed.business_id) & (StaffMember.user_id == Feed.user_id)
    return member, own
