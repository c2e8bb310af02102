"""What an owner says about the business, changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

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
# DomainError. business_zone_changed(business, was, keeping, by, now), window_changed(business).
business_zone_changed = Signal()
window_changed = Signal()


@dataclass(frozen=True, slots=True)
class Keeping:
    """What stays of all that is ahead when the zone changes: its clock time, or its moment.

    `tell` says whether the customers whose moment changes hear of it.
    """

    what: Literal["clock", "moment"]
    tell: bool = True


def change_business(
    business: Business,
    columns: Mapping[str, Any],
    *,
    keeping: Keeping | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Give a business other columns; what is booked keeps what it was booked with.

    `keeping` is needed for another zone while anything is ahead. Raises NoticeBeyondWindow, and what the receivers of
    `business_zone_changed` and `window_changed` raise.
    """
    if RULES & columns.keys():
        rules_changed(business.id)
    db.session.refresh(business, with_for_update={"key_share": True})
    changes = changes_to(business, columns)
    if changes.keys() & set(WINDOW):
        check_window(*(columns.get(name, getattr(business, name)) for name in WINDOW))
    was = business.zone
    rewrite(business, columns)
    if FOUND_BY & changes.keys():
        remember_words(business)
    if "zone" in changes:
        db.session.flush()
        business_zone_changed.send(business, was=was, keeping=keeping, by=by, now=now)
    if changes.keys() & set(WINDOW):
        window_changed.send(business)
    if "notice_amount" in changes:
        changes.setdefault("notice_unit", [business.notice_unit, business.notice_unit])
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
