"""The platform switches a business off, for a reason its members read, and on again."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.audit.models import record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError


class Suspended(DomainError):
    """What a suspended business cannot do."""

    message = _("This business was suspended. Please write to whoever runs this site.")


class SuspendedAlready(Conflict):
    """Somebody else was faster."""

    message = _("This business is suspended already.")


class NotSuspended(Conflict):
    """Somebody else was faster, or it never was."""

    message = _("This business is not suspended.")


def suspend(business: Business, reason: str, *, by: Actor, now: datetime) -> None:
    """Switch off its public pages and everything new. What is booked and ordered stands. Raises SuspendedAlready."""
    _lock(business)
    if business.status == "suspended":
        raise SuspendedAlready
    was = business.status
    business.status, business.suspended_from = "suspended", was
    business.suspended_at, business.suspended_because = now, reason
    _note(business, "suspended", was, by, now, reason)


def reinstate(business: Business, reason: str, *, by: Actor, now: datetime) -> None:
    """Let it be what it was before; one that is to be deleted stays closed. Raises NotSuspended."""
    _lock(business)
    if business.status != "suspended":
        raise NotSuspended
    was_open = business.suspended_from == "open" and business.ends_at is None
    business.status = "open" if was_open else "draft"
    business.suspended_at = business.suspended_because = business.suspended_from = None
    _note(business, "reinstated", "suspended", by, now, reason)


def refuse_suspended(business: Business) -> None:
    """Raise Suspended for a business that is."""
    if business.status == "suspended":
        raise Suspended


def _lock(business: Business) -> None:
    """Wait for whoever opens, closes, ends or suspends it at this moment."""
    db.session.refresh(business, with_for_update={"key_share": True})


def _note(business: Business, verb: str, was: str, by: Actor, now: datetime, reason: str) -> None:
    db.session.flush()
    record(
        f"business.{verb}",
        "business",
        business.id,
        by=by,
        at=now,
        business_id=business.id,
        changes={"status": [was, business.status]},
        reason=reason,
    )
