"""Businesses by their address."""

from sqlalchemy import bindparam, select

from app.businesses.models import Business
from app.core.db import db
from app.core.short_codes import is_short_code
from app.notifications.shops import Shop

# Written down once: every public page asks it.
_BY_SLUG = select(Business).where(Business.slug == bindparam("slug"))


def find_business(slug: str) -> Business | None:
    """The business at this slug, whatever its status."""
    return db.session.scalar(_BY_SLUG, {"slug": slug})


def find_by_short_code(code: str) -> Business | None:
    """The business this short code leads to, however its letters were typed, and whatever its status."""
    code = code.lower()
    if not is_short_code(code):
        return None
    return db.session.scalar(select(Business).where(Business.short_code == code))


def load_business(business_id: int) -> Business:
    """The business with this id, which must exist."""
    return db.session.get_one(Business, business_id)


def find_shop(business_id: int) -> Shop:
    """Where a business is, for its messages."""
    business = load_business(business_id)
    return Shop(business.zone, business.country)
