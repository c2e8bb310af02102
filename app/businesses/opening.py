"""A new tenant."""

from datetime import datetime
from typing import Any

from app.audit.models import record
from app.businesses.addressing import check_not_former
from app.businesses.models import Business, Schedule
from app.businesses.wording import remember_words
from app.core.actor import Actor
from app.core.db import db


def found_business(slug: str, name: str, *, by: Actor, now: datetime, **more: Any) -> Business:
    """A new business with its schedule row, the lock that guards its time. `more` are further columns.

    Where another business has the slug the database refuses (IntegrityError), and where one had it before SlugTaken is
    raised; so whoever is not sure of it asks in a savepoint.
    """
    columns = {"slug": slug, "name": name, **more}
    business = Business(**columns)
    db.session.add(business)
    db.session.flush()
    check_not_former(slug, business.id)
    db.session.add(Schedule(business_id=business.id))
    db.session.flush()
    remember_words(business)
    changes = {column: [None, value] for column, value in columns.items()}
    record(
        "business.founded", "business", business.id, by=by, at=now, business_id=business.id, changes=changes
    )
    return business
