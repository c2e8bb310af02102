"""Everything of a business that has ended, deleted: some rows at a time, so that nobody else waits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, select, text

from app.archives.contents import is_circular, of_business
from app.audit.models import record
from app.businesses.jobs import remove_files
from app.businesses.models import Business, Upload
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.jobs import enqueue_after_commit

AT_ONCE = 5000


def ended(now: datetime) -> Sequence[int]:
    """The businesses whose time is over."""
    found = select(Business.id).where(Business.ends_at <= now, Business.status != "open")
    return db.session.scalars(found.order_by(Business.id)).all()


def delete_rows(business_id: int, now: datetime) -> bool:
    """Delete some of what belongs to a business that has ended, at last itself. Whether there may be more."""
    business = db.session.get(Business, business_id, with_for_update=True, populate_existing=True)
    if business is None or business.ends_at is None or business.ends_at > now:
        return False
    for table in reversed(of_business()):
        if _delete_some(table, business_id):
            return True
    name = business.name
    db.session.delete(business)
    # Of the business, but not in it: this is what is left.
    record("business.deleted", "business", business_id, by=SYSTEM, at=now, reason=name)
    db.session.flush()
    return False


def _delete_some(table: Table, business_id: int) -> int:
    """So many rows; all of a table whose rows point at each other, as the database looks when they are gone."""
    if table.name == "uploads":
        for key in db.session.scalars(select(Upload.key).filter_by(business_id=business_id)):
            enqueue_after_commit(remove_files, key)
    some = "" if is_circular(table) else f"LIMIT {AT_ONCE}"
    deleted = text(
        f"WITH gone AS (DELETE FROM {table.name} WHERE ctid IN"  # noqa: S608
        f" (SELECT ctid FROM {table.name} WHERE business_id = :business {some}) RETURNING 1)"
        " SELECT count(*) FROM gone"
    )
    return db.session.scalar(deleted, {"business": business_id}) or 0
