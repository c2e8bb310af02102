"""Opening an account to see one's own visits: the address first, and all else once it is known to be theirs.

So nobody learns who has an account, and nobody makes one with somebody else's address.
"""

from datetime import datetime

from app.auth.accounts import create_user, find_user, plain_email, set_password
from app.auth.checking import note_checked
from app.auth.links import check_alive, make_link, use_link
from app.auth.models import OneTimeLink, User
from app.auth.passwords import check_choice
from app.auth.signing_in import slow_down_mail
from app.auth.telling import tell_link, tell_user
from app.core.actor import VISITOR, Actor


def ask_account(email: str, address: str, *, now: datetime) -> None:
    """Send a link to an address nobody has an account with, and a word to whoever has one. Raises TooManyTries.

    Does the same work for known and unknown addresses.
    """
    slow_down_mail("account", email, address)
    user = find_user(email)
    link = make_link("account", plain_email(email), user.id if user else None, now=now)
    if user is None:
        tell_link("email_check", link, None, now)
    else:
        tell_user("account_exists", user, f"link{link.id}", now)


def open_account(link: OneTimeLink, name: str, password: str, language: str, *, now: datetime) -> User:
    """An account for the address of the link, which is theirs. Raises DeadLink, EmailTaken, WeakPassword."""
    check_alive(link, now)
    check_choice(password, link.email, name)
    use_link(link, now)
    user = create_user(link.email, name, by=VISITOR, now=now)
    by = Actor("customer", user.name, user.id)
    user.language = language
    set_password(user, password, by=by, now=now)
    note_checked(user, by=by, now=now)
    return user
