"""What an owner says about the business, changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from blinker import Signal

from app.audit.models import changes_to, record, rewrite
from app.businesses.locking import rules_changed
from app.businesses.models import Business
from app.businesses.window import check_window
from app.businesses.wording import remember_words
from app.core.actor import Actor
from app.core.db import db

WINDOW = "notice_amount", "notice_unit", "advance_days"
RULES = {"zone", *WINDOW}  # What times are made from.
FOUND_BY = {"name", "trade", "city"}  # What a search looks at.

# Sent under the schedule lock, with the change flushed and not committed. Whoever knows why it cannot be raises a
# DomainError. business_zone_changed(business, now), window_changed(business).
business_zone_changed = Signal()
window_changed = Signal()


def change_business(business: Business, columns: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """Give a business other columns; what is booked keeps what it was booked with.

    Raises NoticeBeyondWindow, and what the receivers of `business_zone_changed` and `window_changed` raise.
    """
    if RULES & columns.keys():
        rules_changed(business.id)
    db.session.refresh(business, with_for_update={"key_share": True})
    changes = changes_to(business, columns)
    if changes.keys() & set(WINDOW):
        check_window(*(columns.get(name, getattr(business, name)) for name in WINDOW))
    rewrite(business, columns)
    if FOUND_BY & changes.keys():
        remember_words(business)
    _tell(business, changes.keys() & RULES, now)
    if changes:
        record(
            "business.changed",
            "business",
            business.id,
            by=by,
            at=now,
            business_id=business.id,
            changes=changes,
        )
        db.session.flush()


def _tell(business: Business, changed: set[str], now: datetime) -> None:
    if "zone" in changed:
        business_zone_changed.send(business, now=now)
    if changed & set(WINDOW):
        window_changed.send(business)
