"""A business words a message itself, or has our words again."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.models import AuditEvent, record
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.core.text import clean, one_line, paragraph
from app.notifications.kinds import Wording, find_kind
from app.notifications.models import MessageWording

LONGEST_SUBJECT = 150
LONGEST_BODY = {"email": 5000, "sms": 600}
_AUDITED = "wording"


class ChangedMeanwhile(Conflict):
    """Somebody else changed the words while these were written."""

    message = _(
        "Somebody changed these words while you wrote. Look at what they say now before you save yours."
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where words stand: the kind of message, how it is sent, and in which language (BCP 47)."""

    kind: str
    channel: str
    language: str

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.language}"


@dataclass(frozen=True, slots=True)
class Change:
    """The last time that somebody changed words. `was` are those that were given up for ours."""

    by: str
    at: datetime
    was: Wording | None


def find_own(business_id: int, place: Place) -> MessageWording | None:
    """The words of the business itself."""
    key = (business_id, place.kind, place.channel, place.language)
    return db.session.get(MessageWording, key, populate_existing=True)


def own_wordings(business_id: int) -> dict[Place, MessageWording]:
    """Everything a business words itself."""
    rows = db.session.scalars(select(MessageWording).filter_by(business_id=business_id))
    return {Place(it.kind, it.channel, it.language): it for it in rows}


def last_changes(business_id: int, places: Iterable[Place]) -> dict[Place, Change]:
    """Who changed the words at each of these places last."""
    by_name = {str(it): it for it in places}
    place = AuditEvent.changes["place"][0].astext
    newest = (
        select(func.max(AuditEvent.id))
        .filter_by(business_id=business_id, subject_kind=_AUDITED, subject_id=business_id)
        .where(place.in_(by_name))
        .group_by(place)
    )
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.id.in_(newest)))
    return {by_name[it.changes["place"][0]]: _change(it) for it in events}


def version_of(own: MessageWording | None) -> str:
    """What the words are told by from other ones; nothing for ours."""
    if own is None:
        return ""
    said = f"{own.subject}\0{own.body}\0{own.updated_at.isoformat()}"
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def reword(
    business_id: int, place: Place, wording: Wording, *, seen: str, by: Actor, now: datetime
) -> MessageWording:
    """Word a message for this business. `seen` is the version that whoever writes looked at.

    Words that are in braces stay as they are, known or not. Raises ChangedMeanwhile, and UnknownKind.
    """
    words = _cleaned(place, wording)
    own = _locked(business_id, place)
    before = None if own is None else Wording(own.body, own.subject)
    if own is not None and before == words:
        return own
    _compare(own, seen)
    if own is None:
        own = _first(business_id, place, words, now)
    else:
        own.body, own.subject, own.updated_at = str(words.body), _text(words.subject), now
        db.session.flush()
    _write_down("wording.changed", business_id, place, before, words, by, now)
    return own


def back_to_ours(business_id: int, place: Place, *, seen: str, by: Actor, now: datetime) -> None:
    """Let a message say what we say. Raises ChangedMeanwhile."""
    own = _locked(business_id, place)
    if own is None:
        return
    _compare(own, seen)
    before = Wording(own.body, own.subject)
    db.session.delete(own)
    db.session.flush()
    _write_down("wording.given_up", business_id, place, before, None, by, now)


def _locked(business_id: int, place: Place) -> MessageWording | None:
    rows = select(MessageWording).filter_by(
        business_id=business_id, kind=place.kind, channel=place.channel, language=place.language
    )
    return db.session.scalar(rows.with_for_update().execution_options(populate_existing=True))


def _compare(own: MessageWording | None, seen: str) -> None:
    """Whoever changes words has seen those that stand."""
    if version_of(own) != seen:
        raise ChangedMeanwhile


def _first(business_id: int, place: Place, words: Wording, now: datetime) -> MessageWording:
    """The first words of this business, unless somebody has written some this very moment."""
    columns = {"business_id": business_id, "kind": place.kind, "channel": place.channel}
    columns |= {"language": place.language, "body": words.body, "subject": words.subject, "updated_at": now}
    new = insert(MessageWording).values(columns).on_conflict_do_nothing().returning(MessageWording)
    own = db.session.scalars(new, execution_options={"populate_existing": True}).one_or_none()
    if own is None:
        raise ChangedMeanwhile
    return own


def _cleaned(place: Place, wording: Wording) -> Wording:
    """The words as they are kept: a subject is one line, whatever was sent."""
    find_kind(place.kind)
    body = (paragraph(clean(str(wording.body))) or "")[: LONGEST_BODY[place.channel]]
    if place.channel == "sms":
        return Wording(body)
    return Wording(body, (one_line(clean(str(wording.subject or ""))) or "")[:LONGEST_SUBJECT])


def _write_down(
    action: str,
    business_id: int,
    place: Place,
    before: Wording | None,
    after: Wording | None,
    by: Actor,
    now: datetime,
) -> None:
    changes = {
        name: [old, new]
        for name in ("subject", "body")
        if (old := before and getattr(before, name)) != (new := after and getattr(after, name))
    }
    record(
        action,
        _AUDITED,
        business_id,
        by=by,
        at=now,
        business_id=business_id,
        changes={"place": [str(place), str(place)], **changes},
    )
    db.session.flush()


def _change(event: AuditEvent) -> Change:
    was = None
    if event.action == "wording.given_up":
        body, subject = event.changes["body"][0], event.changes.get("subject", [None])[0]
        was = Wording(body, subject)
    return Change(event.actor_name, event.at, was)


def _text(words: object) -> str | None:
    return None if words is None else str(words)
