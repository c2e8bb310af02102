"""Businesses by their address."""

from sqlalchemy import bindparam, select

from app.businesses.models import Business
from app.core.db import db

_PUBLIC = select(Business).where(Business.slug == bindparam("slug"), Business.status == "open")


def find_business(slug: str) -> Business | None:
    """The business at this slug, whatever its status."""
    return db.session.scalar(select(Business).filter_by(slug=slug))


def find_public_business(slug: str) -> Business | None:
    """The business at this slug if customers may see it."""
    return db.session.scalar(_PUBLIC, {"slug": slug})


def load_business(business_id: int) -> Business:
    """The business with this id, which must exist."""
    return db.session.get_one(Business, business_id)


def listed_businesses(limit: int = 50) -> list[Business]:
    """The businesses that want to be found, by name."""
    found = select(Business).filter_by(status="open", listed=True).order_by(Business.name, Business.id)
    return list(db.session.scalars(found.limit(limit)))
