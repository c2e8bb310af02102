"""Whether a business can be found by whoever does not know its address."""

from datetime import datetime

from app.audit.models import record
from app.auth.checking import need_checked
from app.auth.models import User
from app.businesses.models import Business
from app.businesses.wording import remember_words
from app.core.actor import Actor
from app.core.db import db


def list_by_owner(business: Business, owner: User, *, by: Actor, now: datetime) -> None:
    """Put a business among those people can search for, at the wish of its owner. Raises AddressUnchecked."""
    need_checked(owner)
    list_publicly(business, True, by=by, now=now)


def list_publicly(business: Business, listed: bool, *, by: Actor, now: datetime) -> None:
    """Put a business among those people can search for, or take it away. While it is not open nobody sees it."""
    if business.listed == listed:
        return
    business.listed = listed
    remember_words(business)
    db.session.flush()
    record(
        "business.listed" if listed else "business.unlisted",
        "business",
        business.id,
        by=by,
        at=now,
        business_id=business.id,
        changes={"listed": [not listed, listed]},
    )
