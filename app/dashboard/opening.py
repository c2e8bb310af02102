"""Opening a page for bookings, and closing it again."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.audit.models import record
from app.businesses.models import Business
from app.businesses.suspending import refuse_suspended
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.dashboard.setting_up import Step, set_up_of


class NotReady(DomainError):
    """A page on which nobody could book."""

    def __init__(self, missing: Sequence[Step]) -> None:
        things = ", ".join(str(step.wanted) for step in missing)
        super().__init__(gettext("Before customers can book, your page needs: %(things)s.", things=things))


class Ending(DomainError):
    message = _("This business is about to be deleted. Keep it first: Settings, Your data.")


def open_business(business: Business, *, by: Actor, now: datetime) -> None:
    """Let customers book. Twice changes nothing. Raises NotReady, Ending or Suspended."""
    _lock(business)
    if business.status == "open":
        return
    if business.ends_at is not None:
        raise Ending
    missing = set_up_of(business, now).missing
    if missing:
        raise NotReady(missing)
    _become("open", business, by, now)


def close_business(business: Business, *, by: Actor, now: datetime) -> None:
    """Make the page a draft again: nobody books any more, what is booked stays. Raises Suspended."""
    _lock(business)
    if business.status != "draft":
        _become("draft", business, by, now)


def _lock(business: Business) -> None:
    """Wait for whoever opens, closes or suspends it at this moment. Raises Suspended."""
    db.session.refresh(business, with_for_update={"key_share": True})
    refuse_suspended(business)


def _become(status: str, business: Business, by: Actor, now: datetime) -> None:
    changes = {"status": [business.status, status]}
    verb = "opened" if status == "open" else "closed"
    business.status = status
    db.session.flush()
    record(
        f"business.{verb}", "business", business.id, by=by, at=now, business_id=business.id, changes=changes
    )
