"""What this room, and the two below it, keep of a customer: the one place that names its personal columns."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, literal_column, or_, select, update

from app.audit.forgetting import NOBODY, forget_in_journal
from app.core.db import db
from app.core.phones import national_number
from app.customers.belonging import Person
from app.customers.models import Customer, CustomerImportRow, CustomerNote, CustomerWord
from app.notifications.models import OPEN, Notification

# Each with what stands there afterwards.
OF_CUSTOMER: Mapping[str, Any] = {
    "name": NOBODY,
    "email": None,
    "phone": None,
    "language": None,
    "zone": None,
    "user_id": None,
    "tags": [],
    "unwanted": [],
    "blocked": False,
    "blocked_reason": None,
}
OF_IMPORT_ROW: Mapping[str, Any] = {"cells": []}
OF_NOTIFICATION: Mapping[str, Any] = {"recipient": "erased", "payload": {}, "last_error": None}


def forget(person: Person, now: datetime) -> None:
    """The rows of the customer, notes, words, lines of imports, messages and the journal about them."""
    business_id, ids = person.business_id, person.ids
    for table in (CustomerNote, CustomerWord):
        rows: Any = table
        db.session.execute(delete(rows).where(rows.business_id == business_id, rows.customer_id.in_(ids)))
    lines = update(CustomerImportRow).where(CustomerImportRow.business_id == business_id)
    mentioned = _told_in(CustomerImportRow.cells, person)
    theirs = lines.where(or_(CustomerImportRow.customer_id.in_(ids), _has_cell_of(person), *mentioned))
    db.session.execute(theirs.values(**OF_IMPORT_ROW))
    forget_messages(person)
    rows = update(Customer).where(Customer.business_id == business_id, Customer.id.in_(ids))
    db.session.execute(rows.values(**OF_CUSTOMER, erased_at=now))
    forget_in_journal(business_id, {"customer": ids}, person.words, _FIELDS)


def _has_cell_of(person: Person) -> ColumnElement[bool]:
    """Whether a line of a file that nobody became a customer by has one of their words, however it was typed there."""
    cell = func.unnest(CustomerImportRow.cells).column_valued("cell")
    words = {it.strip().lower() for it in person.words}
    theirs = select(cell).where(func.lower(func.btrim(cell)).in_(words))
    return theirs.correlate(CustomerImportRow).exists()


def _told_in(cells: Any, person: Person) -> Iterator[ColumnElement[bool]]:
    """Whether an address or a number of theirs stands in one of these cells, however it is written there."""
    text = func.lower(func.normalize(func.array_to_string(cells, "\n"), literal_column("NFKC")))
    digits = func.regexp_replace(text, "[^0-9\n]", "", "g")
    for word in person.words:
        if "@" in word:
            yield func.strpos(text, word.lower()) > 0
        elif number := national_number(word):
            yield func.strpos(digits, number) > 0


def forget_messages(person: Person) -> None:
    """Messages to them say no more to whom; those that were not sent yet never are."""
    to_them = or_(Notification.customer_id.in_(person.ids), Notification.recipient.in_(person.words))
    rows = update(Notification).where(Notification.business_id == person.business_id, to_them)
    called_off = {"status": "cancelled", "claim_token": None, "claimed_until": None}
    db.session.execute(rows.where(Notification.status.in_(OPEN)).values(**called_off))
    db.session.execute(rows.values(**OF_NOTIFICATION))


def tell(person: Person) -> dict[str, Any]:
    """Who they are, what was noted, and what was said to them."""
    customers = _of(Customer, person, Customer.id.in_(person.ids))
    notes = _of(CustomerNote, person, CustomerNote.customer_id.in_(person.ids))
    messages = _of(Notification, person, Notification.customer_id.in_(person.ids))
    return {
        "known_as": [
            {
                "name": it.name,
                "email": it.email,
                "phone": it.phone,
                "language": it.language,
                "time_zone": it.zone,
                "tags": list(it.tags),
                "blocked": it.blocked,
                "blocked_because": it.blocked_reason,
                "messages_not_wanted": list(it.unwanted),
                "known_since": it.created_at.isoformat(),
            }
            for it in customers
        ],
        "notes": [
            {"text": it.body, "by": it.author_name, "written_at": it.written_at.isoformat()} for it in notes
        ],
        "messages": [
            {
                "about": it.kind,
                "by": it.channel,
                "to": it.recipient,
                "status": it.status,
                "sent_at": it.sent_at.isoformat() if it.sent_at else None,
            }
            for it in messages
        ],
    }


_FIELDS = (
    *("name", "email", "phone", "language", "tags", "unwanted", "blocked_reason"),
    *("body", "author_id", "author_name", "written_at"),
)


def _of(table: Any, person: Person, which: Any) -> Any:
    rows = select(table).where(table.business_id == person.business_id, which).order_by(table.id)
    return db.session.scalars(rows).all()
