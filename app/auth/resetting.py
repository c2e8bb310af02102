"""Somebody has forgotten their password: a link by mail lets them choose another."""

from datetime import datetime

from app.auth.accounts import find_user, load_user, plain_email, set_password
from app.auth.checking import note_checked
from app.auth.links import LinkUsed, check_alive, make_link, use_link
from app.auth.models import OneTimeLink, User
from app.auth.passwords import check_choice
from app.auth.signing_in import slow_down_mail
from app.auth.telling import tell_link
from app.core.actor import Actor


def ask_reset(email: str, address: str, *, now: datetime) -> None:
    """Send a link to whoever has an account with this address. Raises TooManyTries.

    Does the same work for known and unknown addresses.
    """
    slow_down_mail("reset", email, address)
    user = find_user(email)
    link = make_link("reset", plain_email(email), user.id if user else None, now=now)
    tell_link("password_reset", link, user, now)


def reset_password(link: OneTimeLink, password: str, *, now: datetime) -> User:
    """Give its user this password, ending every session of theirs. Raises DeadLink or WeakPassword.

    Whoever got the mail has shown that the address is theirs.
    """
    user = user_of(link, now)
    check_choice(password, user.email, user.name)
    use_link(link, now)
    by = Actor("member", user.name, user.id)
    set_password(user, password, by=by, now=now)
    note_checked(user, by=by, now=now)
    return user


def user_of(link: OneTimeLink, now: datetime) -> User:
    """Whose password the link can set. Raises DeadLink."""
    check_alive(link, now)
    user = load_user(link.user_id) if link.user_id else None
    if user is None or not user.active or user.email != link.email:
        raise LinkUsed
    return user
