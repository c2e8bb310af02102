"""Imports of customers, a few hundred lines at a time, by whichever worker comes; and what is left of old ones."""

import time
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.core.db import PASSING, db, sqlstate
from app.core.jobs import one_waits, ring
from app.customers.imports.knowing import Earlier
from app.customers.imports.rows import forget_rows
from app.customers.imports.steps import check_some, import_some, lock_import
from app.customers.models import CustomerImport, CustomerImportRow

AT_A_TIME = 20  # Seconds the job goes on for; other jobs want their turn.
KEPT = timedelta(days=30)
log = structlog.get_logger("daybook")


@one_waits
def work_on_imports() -> int:
    """Take the imports that are under way forward, each in its turn; how many steps.

    A step is one transaction. What is left after AT_A_TIME seconds is rung for again. An import where something breaks
    does not stop the others; the first error is raised at the end.
    """
    steps, until = 0, time.monotonic() + AT_A_TIME
    earlier: dict[tuple[int, int], Earlier] = {}
    broken: dict[tuple[int, int], Exception] = {}
    while keys := [it for it in _under_way() if it not in broken]:
        before = steps
        for key in keys:
            if time.monotonic() > until:
                ring(work_on_imports)
                return steps
            try:
                steps += _step(*key, earlier.setdefault(key, Earlier()))
            except Exception as fault:
                db.session.rollback()
                broken[key] = fault
                log.warning("this import is broken", business=key[0], row=key[1], exc_info=True)
        if steps == before:
            break
    for error in broken.values():
        raise error
    return steps


def forget_imports() -> int:
    """Forget the lines of files that were imported, or left lying, 30 days ago; how many files."""
    old = clock.now() - KEPT
    keys = select(CustomerImport.business_id, CustomerImport.id).where(
        CustomerImport.created_at < old,
        CustomerImport.finished_at.is_(None) | (CustomerImport.finished_at < old),
        CustomerImport.status.not_in(["checking", "importing"]),
        select(CustomerImportRow.line)
        .where(
            CustomerImportRow.business_id == CustomerImport.business_id,
            CustomerImportRow.import_id == CustomerImport.id,
        )
        .exists(),
    )
    found = db.session.execute(keys).all()
    db.session.commit()
    for key in found:
        _forget(tuple(key), clock.now())
    return len(found)


def _forget(key: tuple[int, ...], now: datetime) -> None:
    it = db.session.get_one(CustomerImport, key, with_for_update=True, populate_existing=True)
    if it.status in ("read", "checked"):
        it.status, it.finished_at = "abandoned", now
    if it.status in ("imported", "abandoned"):
        forget_rows(it)
    db.session.commit()


def _under_way() -> list[tuple[int, int]]:
    rows = select(CustomerImport.business_id, CustomerImport.id)
    rows = rows.where(CustomerImport.status.in_(["checking", "importing"]))
    found = [(row[0], row[1]) for row in db.session.execute(rows.order_by(CustomerImport.created_at))]
    db.session.commit()
    return found


def _step(business_id: int, import_id: int, earlier: Earlier) -> bool:
    """One step; False where another job has the import, or the database was busy."""
    try:
        it = lock_import(business_id, import_id)
        if it is None:
            db.session.rollback()
            return False
        if it.status == "checking":
            check_some(it, earlier)
        else:
            import_some(it, clock.now())
        db.session.commit()
    except DBAPIError as error:
        db.session.rollback()
        # It may have been undone after the lines were remembered.
        earlier.done = -1
        if sqlstate(error) not in PASSING:
            raise
        log.warning("this import waits", business=business_id, row=import_id)
        return False
    return True
