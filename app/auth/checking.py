"""Showing that an e-mail address is one's own, and changing it for another."""

from datetime import datetime

from blinker import Signal
from flask_babel import lazy_gettext as _
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.audit.models import record
from app.auth.accounts import EmailTaken, WrongPassword, find_user, plain_email
from app.auth.links import LinkUsed, check_alive, end_links, make_link, use_link
from app.auth.models import OneTimeLink, User
from app.auth.passwords import is_right
from app.auth.telling import tell_link, tell_user
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError

# Sent in the transaction in which somebody shows that their address is theirs. address_checked(user).
address_checked = Signal()


class AddressUnchecked(DomainError):
    """Anybody can open a business in the name of an address that is not theirs."""

    message = _("Please confirm your e-mail address first: we sent you a link.")


def need_checked(user: User) -> None:
    """Let only somebody go on who has shown that mail reaches them. Raises AddressUnchecked."""
    if user.email_checked_at is None:
        raise AddressUnchecked


def ask_check(user: User, *, now: datetime) -> None:
    """Send somebody a link that shows their address to be theirs; those sent before end."""
    end_links(user.id, "email_check", now=now)
    tell_link("email_check", make_link("email_check", user.email, user.id, now=now), user, now)


def ask_new_address(user: User, email: str, password: str, *, now: datetime) -> None:
    """Send a link to the address somebody wants to have from now on; until it is used nothing changes.

    Raises WrongPassword. An address that has an account is told so by mail, and by nothing else.
    """
    if not is_right(password, user.password_hash):
        raise WrongPassword
    email, holder = plain_email(email), find_user(email)
    end_links(user.id, "email_check", now=now)
    link = make_link("email_check", email, user.id, now=now)
    is_taken = holder is not None and holder.id != user.id
    if is_taken and holder:
        tell_user("account_exists", holder, f"link{link.id}", now)
    else:
        tell_link("email_check", link, user, now)


def check_address(link: OneTimeLink, user: User, *, by: Actor, now: datetime) -> None:
    """The address of the link belongs to `user`, and is theirs from now on. Raises DeadLink or EmailTaken."""
    check_alive(link, now)
    if link.user_id != user.id or not user.active:
        raise LinkUsed
    use_link(link, now)
    if user.email != link.email:
        _change(user, link.email, by, now)
    note_checked(user, by=by, now=now)


def note_checked(user: User, *, by: Actor, now: datetime) -> None:
    """Write down that the address is theirs, unless that was known; whoever waits for it hears of it."""
    first = update(User).where(User.id == user.id, User.email_checked_at.is_(None))
    if db.session.scalar(first.values(email_checked_at=now).returning(User.id)) is None:
        return
    record("user.email_checked", "user", user.id, by=by, at=now)
    db.session.flush()
    address_checked.send(user)


def _change(user: User, email: str, by: Actor, now: datetime) -> None:
    """Another address, which somebody else may have taken meanwhile. The one before is told."""
    before = user.email
    try:
        with db.session.begin_nested():
            user.email, user.email_checked_at = email, None
            db.session.flush()
    except IntegrityError as error:
        raise EmailTaken from error
    end_links(user.id, "reset", "email_check", now=now)
    record("user.email_changed", "user", user.id, by=by, at=now, changes={"email": [before, email]})
    tell_user("email_changed", user, now.isoformat(), now, recipient=before, email=email)
