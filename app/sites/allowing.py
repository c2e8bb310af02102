"""Which websites may show the widget: one more, one less, or any."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.sites.finding import listed_as, origins_of, twin_of
from app.sites.models import Sighting, Site
from app.sites.origins import NotAWebsite, origin_of

MOST_SITES = 50


class TooManySites(DomainError):
    """More websites than one business has."""

    message = _(
        "You have 50 websites on your list, and more are not possible. Remove one that you no longer need."
    )


def allow_site(business: Business, typed: str, *, home: str, by: Actor, now: datetime) -> str:
    """Let a website show the widget, and say its origin; one that may already changes nothing.

    `home` is our own origin. Raises NotAWebsite or TooManySites.
    """
    origin = origin_of(typed)
    if origin in (home, twin_of(home)):
        raise NotAWebsite(_("That is our own address. Please type that of the website you want to book on."))
    # Two at once would both see room for the last one.
    db.session.refresh(business, with_for_update={"key_share": True})
    known = origins_of(business.id)
    if listed := listed_as(origin, known):
        return listed
    if len(known) >= MOST_SITES:
        raise TooManySites
    row = {"business_id": business.id, "origin": origin, "created_at": now}
    db.session.execute(insert(Site).values(row).on_conflict_do_nothing())
    _forget_refusals(business, origin)
    _record(business, "site.allowed", {"website": [None, origin]}, by, now)
    return origin


def disallow_site(business: Business, origin: str, *, by: Actor, now: datetime) -> bool:
    """Take a website off the list, and what is known of it; whether it was there."""
    gone = delete(Site).filter_by(business_id=business.id, origin=origin).returning(Site.origin)
    if db.session.scalar(gone) is None:
        return False
    seen = (origin, twin_of(origin))
    db.session.execute(delete(Sighting).where(Sighting.business_id == business.id, Sighting.origin.in_(seen)))
    _record(business, "site.disallowed", {"website": [origin, None]}, by, now)
    return True


def let_any_site_in(business: Business, anywhere: bool, *, by: Actor, now: datetime) -> None:
    """Let any website show the widget, or only those on the list again."""
    db.session.refresh(business, with_for_update={"key_share": True})
    if business.framed_anywhere == anywhere:
        return
    business.framed_anywhere = anywhere
    db.session.flush()
    if anywhere:
        _forget_refusals(business)
    _record(business, "business.framing_changed", {"framed_anywhere": [not anywhere, anywhere]}, by, now)


def _forget_refusals(business: Business, origin: str | None = None) -> None:
    """It is no longer true that we keep this website out, or any."""
    refused = delete(Sighting).filter_by(business_id=business.id, blocked_by="us")
    if origin:
        refused = refused.where(Sighting.origin.in_((origin, twin_of(origin))))
    db.session.execute(refused)


def _record(
    business: Business, action: str, changes: dict[str, list[object]], by: Actor, now: datetime
) -> None:
    record(action, "business", business.id, by=by, at=now, business_id=business.id, changes=changes)
    db.session.flush()
