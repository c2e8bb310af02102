"""The addresses of businesses for search engines (https://www.sitemaps.org/protocol.html), a part at a time."""

from sqlalchemy import func, select

from app.businesses.models import Business
from app.core.db import db

# The protocol allows 50,000 in a file; a part of this size is made in a moment and in little memory.
PART = 10_000

_LISTED = (Business.status == "open", Business.listed)


def count_parts() -> int:
    """How many parts there are; one when nobody is listed."""
    listed = db.session.scalar(select(func.count()).select_from(Business).where(*_LISTED)) or 0
    return max(1, -(-listed // PART))


def slugs_of_part(number: int) -> list[str]:
    """The slugs of a part, counted from 1, in the order they were founded; none past the last."""
    slugs = select(Business.slug).where(*_LISTED).order_by(Business.id)
    return list(db.session.scalars(slugs.limit(PART).offset((number - 1) * PART)))
