"""Sign-ins as rows: the cookie holds a random token, the row its sha256, so a stolen table opens nothing.

Ending the row ends the sign-in everywhere at once; a replayed cookie finds nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from app.auth.models import User, UserSession
from app.core.db import db

IDLE = timedelta(hours=12)
IDLE_REMEMBERED = timedelta(days=30)
LONGEST = timedelta(days=90)
NOTED_EVERY = timedelta(minutes=1)
PROVED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A live session and who it belongs to, as plain values: they outlive a rollback and a lost database."""

    id: int
    user_id: int
    name: str
    email: str
    language: str | None
    remembered: bool
    last_used_at: datetime
    proved_at: datetime | None


def start_session(
    user: User, now: datetime, *, remembered: bool, address: str | None = None, user_agent: str | None = None
) -> tuple[str, OpenSession]:
    """A new session of `user` and its token, which is told once and kept nowhere."""
    token = secrets.token_urlsafe(32)
    row = UserSession(
        token_hash=_hash(token),
        user_id=user.id,
        remembered=remembered,
        created_at=now,
        last_used_at=now,
        proved_at=now,
        expires_at=now + LONGEST,
        address=address,
        user_agent=user_agent,
    )
    db.session.add(row)
    db.session.flush()
    return token, OpenSession(row.id, user.id, user.name, user.email, user.language, remembered, now, now)


def find_session(token: str, now: datetime) -> OpenSession | None:
    """The live session of a token: not ended, not idle for too long, not too old, of a user who is active."""
    found = (
        select(
            UserSession.id,
            UserSession.user_id,
            User.name,
            User.email,
            User.language,
            UserSession.remembered,
            UserSession.last_used_at,
            UserSession.proved_at,
        )
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.token_hash == _hash(token), _alive(now), User.active)
    )
    row = db.session.execute(found).one_or_none()
    return OpenSession(*row) if row else None


def sessions_of(user_id: int, now: datetime) -> list[UserSession]:
    """Where somebody is signed in, what was used last first."""
    found = select(UserSession).where(UserSession.user_id == user_id, _alive(now))
    return list(db.session.scalars(found.order_by(UserSession.last_used_at.desc(), UserSession.id.desc())))


def has_signed_in(user_id: int) -> bool:
    """Whether somebody ever did."""
    return bool(db.session.scalar(select(exists().where(UserSession.user_id == user_id))))


def note_use(session: OpenSession, now: datetime) -> bool:
    """Remember that the session is in use, at most once a minute; whether there was something to write."""
    if now - session.last_used_at < NOTED_EVERY:
        return False
    used = update(UserSession).where(UserSession.id == session.id, UserSession.last_used_at < now)
    db.session.execute(used.values(last_used_at=now))
    return True


def is_proved(session: OpenSession, now: datetime) -> bool:
    """Whether whoever sits there has typed their password a short while ago."""
    return session.proved_at is not None and now - session.proved_at < PROVED_FOR


def note_proof(session_id: int, now: datetime) -> None:
    """Remember that they just did."""
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(proved_at=now))


def end_session(session_id: int, now: datetime) -> None:
    """End one session."""
    _end(now, UserSession.id == session_id)


def end_sessions_of(user_id: int, now: datetime) -> None:
    """End every session of a user."""
    _end(now, UserSession.user_id == user_id)


def end_session_of(user_id: int, session_id: int, now: datetime) -> None:
    """End one session if it is this user's."""
    _end(now, and_(UserSession.id == session_id, UserSession.user_id == user_id))


def end_other_sessions(user_id: int, kept: int, now: datetime) -> None:
    """End every session of a user but one."""
    _end(now, and_(UserSession.user_id == user_id, UserSession.id != kept))


def _alive(now: datetime) -> ColumnElement[bool]:
    """Not ended, not too old, and not idle for too long."""
    in_use = or_(
        UserSession.last_used_at > now - IDLE,
        and_(UserSession.remembered, UserSession.last_used_at > now - IDLE_REMEMBERED),
    )
    return and_(UserSession.ended_at.is_(None), UserSession.expires_at > now, in_use)


def _end(now: datetime, whose: object) -> None:
    ended = update(UserSession).where(whose, UserSession.ended_at.is_(None))  # type: ignore[arg-type]
    db.session.execute(ended.values(ended_at=now))


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
