"""Calendars of others by another clock: events without a zone, and those of whole days, lie elsewhere then."""

from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.businesses.models import Business
from app.core.db import db
from app.feeds.models import OtherCalendar


def read_all_anew(business: Business, *, now: datetime, **_more: Any) -> None:
    """Have every calendar this business reads be read again, whatever its server says of it. One statement.

    A receiver of `business_zone_changed`.
    """
    of_business = update(OtherCalendar).where(OtherCalendar.business_id == business.id)
    db.session.execute(of_business.values(next_at=now, etag=None, modified=None))
