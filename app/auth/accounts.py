"""People who can sign in: making, changing and closing their accounts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit.models import record, rewrite
from app.auth.links import end_links
from app.auth.models import User
from app.auth.passwords import check_choice, hash_password, is_right
from app.auth.sessions import end_sessions_of
from app.auth.telling import tell_user
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.text import clean, one_line


class NotAnEmail(DomainError):
    message = _("This is not an e-mail address.")


class NameMissing(DomainError):
    message = _("Please give a name.")


class EmailTaken(Conflict):
    message = _("There is an account with this e-mail address already.")


class WrongPassword(DomainError):
    message = _("This is not your current password.")


def find_user(email: str) -> User | None:
    """The user with this e-mail address, however it is written."""
    return db.session.scalar(select(User).filter_by(email=plain_email(email)))


def load_user(user_id: int) -> User:
    """The user with this id, who must exist."""
    return db.session.get_one(User, user_id)


def all_users() -> list[User]:
    """Every user, by e-mail address."""
    return list(db.session.scalars(select(User).order_by(User.email)))


def create_user(email: str, name: str, *, by: Actor, now: datetime) -> User:
    """A new account without a password. Raises NotAnEmail, NameMissing or EmailTaken."""
    try:
        checked = validate_email(clean(email).strip(), check_deliverability=False, allow_smtputf8=False)
        email = plain_email(checked.normalized)
    except EmailNotValidError as error:
        raise NotAnEmail from error
    given = one_line(clean(name))
    if not given:
        raise NameMissing
    row = insert(User).values(email=email, name=given, created_at=now).on_conflict_do_nothing()
    user = db.session.scalar(row.returning(User))
    if user is None:
        raise EmailTaken
    record("user.created", "user", user.id, by=by, at=now, changes={"email": [None, email]})
    return user


def change_profile(user: User, columns: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """Give a user another name, language, zone, or other messages they do not want."""
    db.session.refresh(user, with_for_update={"key_share": True})
    changes = rewrite(user, columns)
    if changes:
        record("user.changed", "user", user.id, by=by, at=now, changes=changes)
        db.session.flush()


def check_password(user: User, password: str) -> None:
    """Whether it is really this user who asks for something grave. Raises WrongPassword."""
    if not is_right(password, user.password_hash):
        raise WrongPassword


def change_password(user: User, current: str, new: str, *, by: Actor, now: datetime) -> None:
    """The user's own change. Raises WrongPassword or WeakPassword; ends every session of theirs."""
    check_password(user, current)
    set_password(user, new, by=by, now=now)


def set_password(user: User, password: str, *, by: Actor, now: datetime) -> None:
    """Give a user a password; every session and every link by mail ends. Raises WeakPassword.

    Whoever had one before is told by mail.
    """
    check_choice(password, user.email, user.name)
    had_one = user.password_hash is not None
    user.password_hash = hash_password(password)
    user.password_changed_at = now
    end_sessions_of(user.id, now)
    end_links(user.id, "reset", "email_check", now=now)
    record("user.password_changed", "user", user.id, by=by, at=now)
    db.session.flush()
    if had_one:
        tell_user("password_changed", user, now.isoformat(), now)


def set_active(user: User, active: bool, *, by: Actor, now: datetime) -> None:
    """Close an account or open it again; closing ends every session. What they did stays."""
    if user.active == active:
        return
    user.active = active
    if not active:
        end_sessions_of(user.id, now)
    verb = "reactivated" if active else "deactivated"
    record(f"user.{verb}", "user", user.id, by=by, at=now, changes={"active": [not active, active]})
    db.session.flush()


def plain_email(text: str) -> str:
    """An address as accounts are kept and compared: trimmed and lower case."""
    return text.strip().lower()
