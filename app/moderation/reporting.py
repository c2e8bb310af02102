"""Somebody says why something should not be seen, and a platform admin decides."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast

from flask_babel import lazy_gettext as _
from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert

from app.audit.models import AuditEvent, record
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


# What is said of one case besides the first, so that nobody can fill it.
MOST_ADDED = 10


class Added(NamedTuple):
    """What somebody else said of what is reported already, and when (UTC)."""

    reason: str
    note: str | None
    at: datetime


class AlreadyDecided(Conflict):
    """Somebody else was faster."""

    message = _("This report has been decided already.")


def report(
    business_id: int, kind: str, subject_id: int, reason: str, note: str | None, *, by: Actor, now: datetime
) -> Report:
    """Keep why (kind, id) should not be seen. While that waits, what others say is added to it (`added_to`).

    What was said already adds nothing, and neither does what comes after MOST_ADDED others.
    """
    columns = {
        "business_id": business_id,
        "subject_kind": kind,
        "subject_id": subject_id,
        "reported_by": _REPORTED_BY[by.kind],
    }
    row = insert(Report).values(**columns, reason=reason, note=note, user_id=by.user_id, created_at=now)
    made = db.session.scalar(row.on_conflict_do_nothing().returning(Report))
    if made is None:
        there = select(Report).filter_by(**columns, status="open").with_for_update()
        made = db.session.scalar(there.execution_options(populate_existing=True))
        if made is None:
            # It was decided in between.
            return report(business_id, kind, subject_id, reason, note, by=by, now=now)
        added = added_to([made]).get(made.id, [])
        said = {(made.reason, made.note), *((it.reason, it.note) for it in added)}
        if (reason, note) in said or len(added) >= MOST_ADDED:
            return made
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


def added_to(reports: Sequence[Report]) -> dict[int, list[Added]]:
    """What was said while each of these reports waited, besides what it says itself, the oldest first: by its id.

    Read from the journal. One statement, none for no reports.
    """
    if not reports:
        return {}
    subjects = {(it.business_id, it.subject_kind, it.subject_id) for it in reports}
    about = tuple_(AuditEvent.business_id, AuditEvent.subject_kind, AuditEvent.subject_id).in_(subjects)
    made = select(AuditEvent).where(about, AuditEvent.action == "report.made").order_by(AuditEvent.id)
    found: dict[int, list[Added]] = {}
    for it in db.session.scalars(made):
        of = next((row for row in reports if _is_of(it, row)), None)
        if of is not None:
            reason = it.changes.get("reason", [None, of.reason])[1]
            found.setdefault(of.id, []).append(Added(reason, it.reason, it.at))
    for row in reports:
        if row.id in found and found[row.id][0].at == row.created_at:
            # The report itself.
            del found[row.id][0]
    return found


def _is_of(event: AuditEvent, report: Report) -> bool:
    """Whether something was said of what a report is about, by the same kind of person, while that waited."""
    about = (event.business_id, event.subject_kind, event.subject_id)
    is_same = about == (report.business_id, report.subject_kind, report.subject_id)
    is_then = report.created_at <= event.at and (report.decided_at is None or event.at <= report.decided_at)
    return is_same and is_then and _REPORTED_BY[cast(ActorKind, event.actor_kind)] == report.reported_by


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
