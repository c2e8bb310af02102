"""Somebody says why something should not be seen, and a platform admin decides."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit.models import record
from app.core.actor import Actor, ActorKind
from app.core.db import db
from app.core.errors import Conflict
from app.moderation.models import Report

_REPORTED_BY: dict[ActorKind, str] = {
    "visitor": "visitor",
    "customer": "visitor",
    "member": "member",
    "admin": "system",
    "system": "system",
}


class AlreadyDecided(Conflict):
    """Somebody else was faster."""

    message = _("This report has been decided already.")


def report(
    business_id: int, kind: str, subject_id: int, reason: str, note: str | None, *, by: Actor, now: datetime
) -> Report:
    """Keep why (kind, id) should not be seen. The same again while it waits is the same report."""
    columns = {
        "business_id": business_id,
        "subject_kind": kind,
        "subject_id": subject_id,
        "reported_by": _REPORTED_BY[by.kind],
    }
    row = insert(Report).values(**columns, reason=reason, note=note, user_id=by.user_id, created_at=now)
    made = db.session.scalar(row.on_conflict_do_nothing().returning(Report))
    if made is None:
        return db.session.scalars(select(Report).filter_by(**columns, status="open")).one()
    record(
        "report.made",
        kind,
        subject_id,
        by=by,
        at=now,
        business_id=business_id,
        changes={"reason": [None, reason]},
        reason=note,
    )
    return made


def decide(report: Report, *, upheld: bool, decision: str, by: Actor, now: datetime) -> list[Report]:
    """Decide a report, and with it all that wait about the same; which those are. Raises AlreadyDecided.

    What becomes of the subject is done by the room it belongs to, in the same transaction.
    """
    about = {
        "business_id": report.business_id,
        "subject_kind": report.subject_kind,
        "subject_id": report.subject_id,
    }
    waiting = select(Report).filter_by(**about, status="open").order_by(Report.id).with_for_update()
    found = list(db.session.scalars(waiting.execution_options(populate_existing=True)))
    if report.id not in {it.id for it in found}:
        raise AlreadyDecided
    for it in found:
        it.status = "upheld" if upheld else "dismissed"
        it.decided_at, it.decided_by, it.decision = now, by.user_id, decision
    db.session.flush()
    record(
        "report.upheld" if upheld else "report.dismissed",
        report.subject_kind,
        report.subject_id,
        by=by,
        at=now,
        business_id=report.business_id,
        reason=decision,
    )
    return found
