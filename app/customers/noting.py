"""What members write down about a customer, for each other."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.audit.models import AuditEvent, record
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.customers.locking import lock_customer
from app.customers.models import Customer, CustomerNote

MOST_SHOWN = 200
REMOVED = "customer.note_removed"
RETURNED = "customer.note_returned"


class NoteGone(Conflict):
    """Somebody removed the note meanwhile."""

    message = _("This note is not there any more.")


def write_note(customer: Customer, body: str, *, by: Actor, now: datetime) -> CustomerNote:
    """Keep a note, with the name of who wrote it. Raises CustomerGone."""
    lock_customer(customer)
    note = CustomerNote(
        business_id=customer.business_id,
        customer_id=customer.id,
        body=body,
        author_id=by.user_id,
        author_name=by.name,
        written_at=now,
    )
    db.session.add(note)
    db.session.flush()
    _record("customer.note_written", note, [None, body], by=by, now=now)
    return note


def rewrite_note(note: CustomerNote, body: str, *, by: Actor, now: datetime) -> None:
    """Say it in other words; who wrote it and when stays."""
    _lock(note)
    if note.body != body:
        _record("customer.note_changed", note, [note.body, body], by=by, now=now)
        note.body = body
        db.session.flush()


def remove_note(note: CustomerNote, *, by: Actor, now: datetime) -> None:
    """Take a note away; `return_note` puts it back. Raises NoteGone."""
    _lock(note)
    _record(REMOVED, note, [note.body, None], by=by, now=now)
    db.session.delete(note)
    db.session.flush()


def return_note(customer: Customer, note_id: int, *, by: Actor, now: datetime, anybodys: bool = True) -> None:
    """Put a removed note back as it was, once. Raises NoteGone where none with this number was removed.

    Nor is one put back, unless `anybodys` may be, that somebody else removed.
    """
    lock_customer(customer)
    events = select(AuditEvent).where(
        AuditEvent.business_id == customer.business_id,
        AuditEvent.subject_kind == "customer",
        AuditEvent.subject_id == customer.id,
        AuditEvent.action.in_((REMOVED, RETURNED)),
        AuditEvent.changes["note"][0].as_integer() == note_id,
    )
    found = list(db.session.scalars(events.order_by(AuditEvent.id)))
    if [it.action for it in found] != [REMOVED] or not (anybodys or found[0].actor_user_id == by.user_id):
        raise NoteGone
    kept = {name: both[0] for name, both in found[0].changes.items()}
    note = CustomerNote(
        business_id=customer.business_id,
        customer_id=customer.id,
        body=kept["body"],
        author_id=kept["author_id"],
        author_name=kept["author_name"],
        written_at=datetime.fromisoformat(kept["written_at"]),
    )
    db.session.add(note)
    changes = {"note": [note_id, None], "body": [None, note.body]}
    record(
        RETURNED, "customer", customer.id, by=by, at=now, business_id=customer.business_id, changes=changes
    )
    db.session.flush()


def notes_about(business_id: int, customer_id: int) -> list[CustomerNote]:
    """The notes, the latest first."""
    notes = select(CustomerNote).filter_by(business_id=business_id, customer_id=customer_id)
    latest = notes.order_by(CustomerNote.written_at.desc(), CustomerNote.id.desc())
    return list(db.session.scalars(latest.limit(MOST_SHOWN)))


def find_note(customer: Customer, note_id: int) -> CustomerNote | None:
    """A note about this customer."""
    found = db.session.get(CustomerNote, (customer.business_id, note_id))
    return found if found and found.customer_id == customer.id else None


def _lock(note: CustomerNote) -> None:
    key = note.business_id, note.id
    if db.session.get(CustomerNote, key, populate_existing=True, with_for_update=True) is None:
        raise NoteGone


def _record(action: str, note: CustomerNote, body: list[str | None], *, by: Actor, now: datetime) -> None:
    changes = {
        "note": [note.id, None],
        "body": body,
        "author_id": [note.author_id, None],
        "author_name": [note.author_name, None],
        "written_at": [note.written_at.isoformat(), None],
    }
    kept = changes if action == REMOVED else {"note": [note.id, None], "body": body}
    record(action, "customer", note.customer_id, by=by, at=now, business_id=note.business_id, changes=kept)
