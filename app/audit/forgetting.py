"""The journal without somebody: what happened and when stays, what names a person goes."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from app.audit.models import AuditEvent
from app.core.db import db

NOBODY = "Erased"


def forget_in_journal(
    business_id: int,
    subjects: Mapping[str, Collection[int]],
    words: Collection[str],
    fields: Collection[str] = (),
) -> None:
    """Take out of events about these subjects (ids by kind) every change of `fields` or with one of the words in it.

    Visitors and customers who acted lose their name.
    """
    about: list[ColumnElement[bool]] = [
        and_(AuditEvent.subject_kind == kind, AuditEvent.subject_id.in_(ids))
        for kind, ids in subjects.items()
        if ids
    ]
    if not about:
        return
    for event in db.session.scalars(
        select(AuditEvent).where(AuditEvent.business_id == business_id, or_(*about))
    ):
        event.changes = {
            name: both
            for name, both in event.changes.items()
            if name not in fields and not mentions(both, words)
        }
        if mentions(event.reason, words):
            event.reason = None
        if event.actor_kind in ("visitor", "customer") and mentions(event.actor_name, words):
            event.actor_name = NOBODY
    db.session.flush()


def mentions(value: Any, words: Collection[str]) -> bool:
    """Whether one of the words stands somewhere in a value, whatever its capitals."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    folded = text.casefold()
    return any(it.casefold() in folded for it in words if it)
