"""A file of customers: kept, checked, imported or given up. Nobody is told anything by it."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.audit.models import AuditEvent, record
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db, take_longer
from app.core.errors import Conflict
from app.core.jobs import enqueue_after_commit
from app.customers.imports.jobs import work_on_imports
from app.customers.imports.mapping import FILL, GUESSED, HEADER, NAMES, WIDTH, guess_columns
from app.customers.imports.reading import Table
from app.customers.imports.rows import count_rows, counts_of, forget_rows, keep_rows
from app.customers.models import CustomerImport

UNDER_WAY = ("checking", "importing")
WAITING = ("read", "checked")
MOST_LISTED = 50
_LONGEST_NAME = 200
_SECONDS = 30  # A hundred thousand lines on a machine that has much else to do.


class ImportUnderWay(Conflict):
    """One file at a time."""

    message = _("Another file is being read right now. Please wait until it is done.")


class ImportMovedOn(Conflict):
    """Somebody was faster, or gave it up."""

    message = _("This file is not where it was a moment ago. Please look at it again.")


def keep_file(business_id: int, file_name: str, table: Table, *, by: Actor, now: datetime) -> CustomerImport:
    """Keep the lines of a file until somebody has said what its columns are; a file that waited gives way to it.

    Raises ImportUnderWay.
    """
    if any(it.status in UNDER_WAY for it in open_imports(business_id)):
        raise ImportUnderWay
    take_longer(_SECONDS)
    columns = guess_columns(table.rows) | {GUESSED: int(table.is_guessed)}
    kept = CustomerImport(
        business_id=business_id,
        file_name=file_name[:_LONGEST_NAME],
        status="read",
        columns=columns,
        total=len(table.rows) - (columns[HEADER] > 0),
        author_id=by.user_id,
        author_name=by.name,
        created_at=now,
    )
    db.session.add(kept)
    db.session.flush()
    keep_rows(kept, table.rows)
    _make_way(kept, now)
    return kept


def begin_checking(
    it: CustomerImport, columns: Mapping[str, int], header: int, *, by: Actor, now: datetime
) -> None:
    """Judge every line, its columns being what a member says. Nothing becomes of it yet. Raises ImportMovedOn."""
    _lock(it, *WAITING)
    kept = {name: it.columns.get(name, 0) for name in (WIDTH, GUESSED)}
    it.columns = {**{name: columns[name] for name in NAMES if name in columns}, **kept, HEADER: header}
    it.status, it.done, it.total = "checking", 0, count_rows(it)
    record("customer_import.checked", "customer_import", it.id, by=by, at=now, business_id=it.business_id)
    db.session.flush()
    enqueue_after_commit(work_on_imports)


def begin_importing(it: CustomerImport, *, fill: bool, by: Actor, now: datetime) -> None:
    """Make customers of the new ones; with `fill` the known ones get what is missing. Raises ImportMovedOn."""
    _lock(it, "checked")
    it.columns = {**it.columns, FILL: int(fill)}
    it.status, it.done, it.author_id, it.author_name = "importing", 0, by.user_id, by.name
    record("customer_import.begun", "customer_import", it.id, by=by, at=now, business_id=it.business_id)
    db.session.flush()
    enqueue_after_commit(work_on_imports)


def abandon(it: CustomerImport, *, by: Actor, now: datetime) -> None:
    """Give a file up before anybody became a customer by it; its lines are forgotten. Raises ImportMovedOn."""
    _lock(it, *WAITING, "checking")
    _end(it, "abandoned", now)
    record("customer_import.abandoned", "customer_import", it.id, by=by, at=now, business_id=it.business_id)
    db.session.flush()


def find_import(business_id: int, import_id: int) -> CustomerImport | None:
    """One of this business."""
    return db.session.get(CustomerImport, (business_id, import_id))


def open_imports(business_id: int) -> list[CustomerImport]:
    """Those that wait or are under way, the newest first."""
    rows = select(CustomerImport).filter_by(business_id=business_id)
    rows = rows.where(CustomerImport.status.in_([*WAITING, *UNDER_WAY]))
    return list(db.session.scalars(rows.order_by(CustomerImport.id.desc())))


def past_imports(business_id: int) -> list[tuple[CustomerImport, dict[str, int]]]:
    """The newest files and how many lines of each became what, once it was imported. One statement."""
    told = (
        select(AuditEvent.subject_id, AuditEvent.changes)
        .where(AuditEvent.business_id == business_id, AuditEvent.subject_kind == "customer_import")
        .where(AuditEvent.action == "customer_import.done")
        .subquery()
    )
    rows = select(CustomerImport, told.c.changes).outerjoin(told, told.c.subject_id == CustomerImport.id)
    rows = rows.where(CustomerImport.business_id == business_id).order_by(CustomerImport.id.desc())
    return [
        (it, {name: both[1] for name, both in (changes or {}).items()})
        for it, changes in db.session.execute(rows.limit(MOST_LISTED))
    ]


def counts_now(it: CustomerImport) -> dict[str, int]:
    """How many lines of a file are of each verdict, also when they are forgotten. One statement."""
    if it.status != "imported":
        return counts_of(it)
    told = select(AuditEvent.changes).where(
        AuditEvent.business_id == it.business_id,
        AuditEvent.subject_kind == "customer_import",
        AuditEvent.subject_id == it.id,
        AuditEvent.action == "customer_import.done",
    )
    return {name: int(both[1]) for name, both in (db.session.scalar(told) or {}).items()}


def _make_way(kept: CustomerImport, now: datetime) -> None:
    """One at a time, whoever else chose a file in this moment; the lock is short because the lines are kept by now."""
    db.session.execute(select(Business.id).filter_by(id=kept.business_id).with_for_update(key_share=True))
    for other in open_imports(kept.business_id):
        if other.id == kept.id:
            continue
        db.session.refresh(other, with_for_update=True)
        if other.status in UNDER_WAY:
            raise ImportUnderWay
        if other.status in WAITING:
            _end(other, "abandoned", now)
    db.session.flush()


def _lock(it: CustomerImport, *statuses: str) -> None:
    db.session.refresh(it, with_for_update=True)
    if it.status not in statuses:
        raise ImportMovedOn


def _end(it: CustomerImport, status: str, now: datetime) -> None:
    it.status, it.finished_at = status, now
    forget_rows(it)
