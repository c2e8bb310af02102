"""The one lock of a business, and the version of the rules its times are made from."""

from datetime import timedelta

from sqlalchemy import text, update

from app.businesses.models import LONGEST_VISIT, Schedule
from app.core.db import db

_LOCK = text("SELECT rules_version FROM schedules WHERE business_id = :business FOR UPDATE")


def lock_schedule(business_id: int) -> int:
    """Wait for the business's schedule row and keep it until the transaction ends; the rules version.

    A statement of its own: under READ COMMITTED only what is read after it is fresh.
    """
    return db.session.execute(_LOCK, {"business": business_id}).scalar_one()


def rules_changed(business_id: int) -> None:
    """Take the lock and raise the version: every edit of hours, services, people or spaces says so."""
    db.session.execute(
        update(Schedule)
        .where(Schedule.business_id == business_id)
        .values(rules_version=Schedule.rules_version + 1)
    )


def remember_longest(business_id: int, stretch: timedelta) -> None:
    """Keep the promise of `longest_min` when something longer than any visit is taken. Under the lock."""
    minutes = -(-stretch // timedelta(minutes=1))
    if minutes > LONGEST_VISIT:
        longer = update(Schedule).where(Schedule.business_id == business_id, Schedule.longest_min < minutes)
        version = Schedule.rules_version + 1
        db.session.execute(longer.values(longest_min=minutes, rules_version=version))
