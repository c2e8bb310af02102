"""Who looks after the whole installation: platform admins, made and unmade from the command line alone."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.audit.models import record
from app.auth.models import User
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError


class AccountClosed(DomainError):
    """Nobody signs in with it."""

    message = _("This account is closed.")


def appoint(user: User, *, by: Actor, now: datetime) -> None:
    """Make somebody a platform admin. Twice changes nothing. Raises AccountClosed."""
    if not user.active:
        raise AccountClosed
    _become(user, True, by, now)


def dismiss(user: User, *, by: Actor, now: datetime) -> None:
    """Somebody is no platform admin any more, from their next click on."""
    _become(user, False, by, now)


def platform_admins() -> list[User]:
    """All of them, by e-mail address; also those whose account is closed."""
    return list(db.session.scalars(select(User).filter_by(is_platform_admin=True).order_by(User.email)))


def is_platform_admin(user_id: int) -> bool:
    """Whether this account is one's, and open."""
    found = select(User.id).filter_by(id=user_id, is_platform_admin=True, active=True)
    return db.session.scalar(found) is not None


def _become(user: User, is_admin: bool, by: Actor, now: datetime) -> None:
    db.session.refresh(user, with_for_update={"key_share": True})
    if user.is_platform_admin == is_admin:
        return
    user.is_platform_admin = is_admin
    db.session.flush()
    verb = "appointed" if is_admin else "dismissed"
    changes = {"is_platform_admin": [not is_admin, is_admin]}
    record(f"user.{verb}", "user", user.id, by=by, at=now, changes=changes)
