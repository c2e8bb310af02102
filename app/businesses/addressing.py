"""The address of a business on the web, and the ones it had before."""

import re
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.audit.models import record
from app.businesses.addresses import RESERVED
from app.businesses.models import Business, FormerSlug
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError

MOST_FORMER = 5
SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?")


class SlugTaken(Conflict):
    """Another business has this address, or had it before."""

    message = _("Another business has this address, or had it before. Please choose another one.")


class TooManyMoves(DomainError):
    """A business that keeps more addresses from others than anybody needs."""

    message = _("Your page has had many addresses already. Please go back to one of them, or keep this one.")


class SlugReserved(DomainError):
    """An address people would take for a page of the installation itself."""

    message = _("This word is kept for pages of ours. Please choose another address.")


def change_slug(business: Business, slug: str, *, by: Actor, now: datetime) -> None:
    """Move a business to another address; the one it leaves leads to it from now on.

    It may go back to any address it had. Raises SlugTaken, SlugReserved or TooManyMoves.
    """
    db.session.refresh(business, with_for_update=True)
    was = business.slug
    if slug == was:
        return
    check_not_reserved(slug)
    had = former_slugs(business.id)
    if slug not in had and len(had) >= MOST_FORMER:
        raise TooManyMoves
    _take(business, slug)
    check_not_former(slug, business.id)
    db.session.execute(delete(FormerSlug).filter_by(slug=slug, business_id=business.id))
    left = insert(FormerSlug).values(slug=was, business_id=business.id, created_at=now)
    db.session.execute(left.on_conflict_do_nothing())
    changes = {"slug": [was, slug]}
    record("business.moved", "business", business.id, by=by, at=now, business_id=business.id, changes=changes)
    db.session.flush()


def check_not_reserved(slug: str) -> None:
    """Raise SlugReserved for a word that is ours."""
    if slug in RESERVED:
        raise SlugReserved


def check_not_former(slug: str, business_id: int) -> None:
    """Raise SlugTaken where the address leads to another business.

    To be asked once the slug is written: whoever is leaving it has by then committed, or still has it.
    """
    led = select(FormerSlug.business_id).filter_by(slug=slug)
    if db.session.scalar(led) not in (None, business_id):
        raise SlugTaken


def moved_to(slug: str) -> Business | None:
    """The business that had this address before."""
    if not SLUG.fullmatch(slug):
        return None
    of_slug = select(Business).join(FormerSlug, FormerSlug.business_id == Business.id)
    return db.session.scalar(of_slug.where(FormerSlug.slug == slug))


def former_slugs(business_id: int) -> list[str]:
    """The addresses that lead to a business, the latest first."""
    found = select(FormerSlug.slug).filter_by(business_id=business_id)
    return list(db.session.scalars(found.order_by(FormerSlug.created_at.desc(), FormerSlug.slug)))


def _take(business: Business, slug: str) -> None:
    """Whoever is faster has it; the unique constraint is the judge."""
    try:
        with db.session.begin_nested():
            business.slug = slug
            db.session.flush()
    except IntegrityError as error:
        raise SlugTaken from error
