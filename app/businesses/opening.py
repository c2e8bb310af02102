"""A new tenant."""

from typing import Any

from app.businesses.models import Business, Schedule
from app.core.db import db


def found_business(slug: str, name: str, **more: Any) -> Business:
    """A new business with its schedule row, the lock that guards its time. `more` are further columns."""
    business = Business(slug=slug, name=name, **more)
    db.session.add(business)
    db.session.flush()
    db.session.add(Schedule(business_id=business.id))
    db.session.flush()
    return business
