"""What the waitlist keeps of a customer: the one place that names its personal columns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from app.audit.forgetting import NOBODY, forget_in_journal
from app.core.db import db
from app.core.errors import Conflict
from app.customers.belonging import Person
from app.notifications.models import Notification
from app.waitlist.models import WaitlistEntry

# Each with what stands there afterwards. Links in old mails end with the version.
OF_ENTRY: Mapping[str, Any] = {
    "contact_name": NOBODY,
    "contact_email": None,
    "contact_phone": None,
    "language": None,
    "customer_zone": None,
    "note": None,
}


class StillWaiting(Conflict):
    """Whoever waits would be offered times."""

    message = _("They are on the waitlist still. Please take them off it first.")


def refuse(person: Person, now: datetime) -> None:
    """Raise StillWaiting for somebody on the list."""
    if any(it.ended_at is None for it in _entries(person)):
        raise StillWaiting


def forget(person: Person, now: datetime) -> None:
    """Who waited, and what they said to it."""
    entries = _entries(person)
    ids = [it.id for it in entries]
    given = {it for row in entries for it in (row.contact_name, row.contact_email, row.contact_phone) if it}
    rows = update(WaitlistEntry).where(
        WaitlistEntry.business_id == person.business_id, WaitlistEntry.id.in_(ids)
    )
    db.session.execute(rows.values(**OF_ENTRY, link_version=WaitlistEntry.link_version + 1))
    told = update(Notification).where(
        Notification.business_id == person.business_id,
        Notification.subject_kind == "waitlist_entry",
        Notification.subject_id.in_(ids),
    )
    db.session.execute(told.values(payload={}, last_error=None))
    forget_in_journal(person.business_id, {"waitlist_entry": ids}, [*person.words, *given], OF_ENTRY)


def tell(person: Person) -> dict[str, Any]:
    """What they waited for."""
    return {
        "waited_for": [
            {
                "from": it.from_on.isoformat(),
                "until": it.until_on.isoformat(),
                "status": it.status,
                "name_given": it.contact_name,
                "email_given": it.contact_email,
                "phone_given": it.contact_phone,
                "note": it.note,
                "since": it.created_at.isoformat(),
            }
            for it in _entries(person)
        ]
    }


def _entries(person: Person) -> list[WaitlistEntry]:
    rows = select(WaitlistEntry).where(
        WaitlistEntry.business_id == person.business_id, WaitlistEntry.customer_id.in_(person.ids)
    )
    return list(db.session.scalars(rows.order_by(WaitlistEntry.id)))
