"""How long before, and how far ahead, customers can book."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.audit.models import record
from app.businesses.locking import rules_changed
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError

DAY = 1440


class NoticeBeyondWindow(DomainError):
    """Notice that is longer than the advance window leaves nothing to book."""

    message = _(
        "With that much notice nothing could be booked any more."
        " Please ask for less notice, or let people book further ahead."
    )


def change_window(
    business: Business, notice_amount: int, notice_unit: str, advance_days: int, *, by: Actor, now: datetime
) -> None:
    """Set notice (so many `minutes` or `days`) and how many days ahead can be booked. Raises NoticeBeyondWindow."""
    check_window(notice_amount, notice_unit, advance_days)
    rules_changed(business.id)
    db.session.refresh(business)
    wanted = {"notice_amount": notice_amount, "notice_unit": notice_unit, "advance_days": advance_days}
    changes = {name: [getattr(business, name), value] for name, value in wanted.items()}
    for name, value in wanted.items():
        setattr(business, name, value)
    db.session.flush()
    record(
        "business.changed", "business", business.id, by=by, at=now, business_id=business.id, changes=changes
    )


def check_window(notice_amount: int, notice_unit: str, advance_days: int) -> None:
    """Raise NoticeBeyondWindow where the first moment that could be booked lies after the last day that can."""
    first_day = notice_amount if notice_unit == "days" else notice_amount // DAY
    if first_day > advance_days:
        raise NoticeBeyondWindow
