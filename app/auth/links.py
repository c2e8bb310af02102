"""Links by mail that do one thing once: made, found, used and ended."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select, update

from app.auth.models import OneTimeLink
from app.core.db import db
from app.core.errors import DomainError
from app.core.signing import hash_token, new_nonce, one_time_hash, one_time_token

LIVES = {"reset": timedelta(hours=2), "email_check": timedelta(hours=72), "account": timedelta(hours=72)}
KEPT = timedelta(days=30)  # Whoever comes late is told that it is over.


class DeadLink(DomainError):
    """A link of ours that does nothing any more."""

    status = 410


class LinkUsed(DeadLink):
    message = _("This link was used already, or a newer change has made it void.")


class LinkExpired(DeadLink):
    message = _("This link has run out.")


def make_link(purpose: str, email: str, user_id: int | None, *, now: datetime) -> OneTimeLink:
    """A new link to be sent to `email`; its token is made when the mail is written."""
    nonce = new_nonce()
    link = OneTimeLink(
        purpose=purpose,
        user_id=user_id,
        email=email,
        token_hash=one_time_hash(purpose, nonce),
        nonce=nonce,
        created_at=now,
        expires_at=now + LIVES[purpose],
    )
    db.session.add(link)
    db.session.flush()
    return link


def find_link(purpose: str, token: str) -> OneTimeLink | None:
    """The link with this token that was made for this purpose, dead or alive."""
    return db.session.scalar(select(OneTimeLink).filter_by(token_hash=hash_token(token), purpose=purpose))


def token_of(link: OneTimeLink) -> str | None:
    """What stands in the address of a link; None where the key it was made with is gone."""
    return one_time_token(link.purpose, link.nonce, link.token_hash)


def check_alive(link: OneTimeLink, now: datetime) -> None:
    """Raises LinkUsed or LinkExpired."""
    if link.used_at is not None:
        raise LinkUsed
    if link.expires_at <= now:
        raise LinkExpired


def use_link(link: OneTimeLink, now: datetime) -> None:
    """Use it up; of two who come at once one does. Raises LinkUsed or LinkExpired."""
    check_alive(link, now)
    mine = update(OneTimeLink).where(
        OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now
    )
    if db.session.scalar(mine.values(used_at=now).returning(OneTimeLink.id)) is None:
        raise LinkUsed


def end_links(user_id: int, *purposes: str, now: datetime) -> None:
    """Make the links somebody still has for these purposes void."""
    theirs = update(OneTimeLink).where(OneTimeLink.user_id == user_id, OneTimeLink.purpose.in_(purposes))
    db.session.execute(theirs.where(OneTimeLink.used_at.is_(None)).values(used_at=now))


def forget_links(now: datetime, most: int = 1000) -> int:
    """Delete the oldest links that ran out KEPT ago; how many there were."""
    old = select(OneTimeLink.id).where(OneTimeLink.expires_at < now - KEPT).limit(most).subquery()
    gone = delete(OneTimeLink).where(OneTimeLink.id.in_(select(old.c.id))).returning(OneTimeLink.id)
    counted = gone.cte("gone")
    return db.session.scalar(select(func.count()).select_from(counted)) or 0
