"""Who may come in: the right password, and not too many tries.

Tries are slowed down per network address and per account, never locked: a browser that signed in to this account
before counts by itself, so nobody can keep the owner out by guessing.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _

from app.audit.models import record
from app.auth.accounts import find_user, plain_email
from app.auth.browsers import browser_of, rough_address
from app.auth.models import User
from app.auth.passwords import hash_password, is_outdated, is_right
from app.auth.sessions import has_signed_in
from app.auth.telling import tell_user
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.tries import tries

PER_ADDRESS = "30/minute; 300/hour"
PER_ACCOUNT = "10/minute; 60/hour"
# Whoever tries has the password, and there are a million codes of which three are right: a day has few tries.
CODES_PER_ACCOUNT = "10/minute; 30/hour; 100/day"
MAILS_PER_ADDRESS = "20/hour"
MAILS_PER_ACCOUNT = "5/hour"


class NotRight(DomainError):
    """The same words whether or not there is such an account."""

    message = _("The e-mail address or the password is not right.")


@dataclass(frozen=True, slots=True)
class Device:
    """A browser: its random id, and the accounts (see `account_key`) that signed in with it before."""

    id: str
    accounts: tuple[str, ...] = ()

    def knows(self, account: str) -> bool:
        return account in self.accounts


def account_key(email: str) -> str:
    """Stands for an account in counters and on devices, whether or not it exists."""
    return hashlib.sha256(plain_email(email).encode()).hexdigest()[:24]


def check_sign_in(email: str, password: str, device: Device, address: str) -> User:
    """The user with this e-mail address and password. Raises NotRight or TooManyTries.

    Does the same work for known and unknown addresses.
    """
    slow_down(account_key(email), device, address)
    user = find_user(email)
    kept = user.password_hash if user else None
    right = is_right(password, kept)
    if user is None or not right:
        raise NotRight
    # Checking took a while. Until the commit nobody changes the password or closes the account; whoever did is obeyed.
    db.session.refresh(user, with_for_update={"key_share": True})
    if user.password_hash != kept or not user.active:
        raise NotRight
    if is_outdated(user.password_hash or ""):
        user.password_hash = hash_password(password)
    return user


def slow_down(account: str, device: Device, address: str) -> None:
    """Count one try. Raises TooManyTries with the seconds to wait."""
    if device.knows(account):
        tries.count(PER_ACCOUNT, "sign-in-device", device.id, account)
        return
    tries.count(PER_ADDRESS, "sign-in-address", address)
    tries.count(PER_ACCOUNT, "sign-in-account", account)


def slow_down_password(user_id: int) -> None:
    """Count one try at the current password by somebody who is signed in. Raises TooManyTries."""
    tries.count(PER_ACCOUNT, "password", str(user_id))


def slow_down_code(user: User, device: Device, address: str) -> None:
    """Count one try at the second step. Raises TooManyTries.

    A browser that signed in to this account before counts by itself here too.
    """
    account = account_key(user.email)
    if device.knows(account):
        tries.count(CODES_PER_ACCOUNT, "code-device", device.id, account)
        return
    tries.count(PER_ADDRESS, "code-address", address)
    tries.count(CODES_PER_ACCOUNT, "code-account", account)


def slow_down_mail(about: str, email: str, address: str) -> None:
    """Count one mail that somebody makes us send to an e-mail address. Raises TooManyTries.

    Mails `about` different things count apart, so that nobody who asks for one kind keeps another from its reader.
    """
    tries.count(MAILS_PER_ADDRESS, "mail-address", address)
    tries.count(MAILS_PER_ACCOUNT, "mail-account", about, account_key(email))


def note_sign_in(user: User, now: datetime) -> None:
    """Write into the history that somebody signed in."""
    record("user.signed_in", "user", user.id, by=Actor("member", user.name, user.id), at=now)


def tell_of_new_browser(user: User, device: Device, agent: str, address: str | None, now: datetime) -> None:
    """Tell somebody that a browser which never knew their account has signed in; not of the very first one.

    To be called before the session is there. `agent` is what the browser calls itself.
    """
    if device.knows(account_key(user.email)) or not has_signed_in(user.id):
        return
    browser = browser_of(agent)
    facts = {"browser": browser.name, "system": browser.system, "address": rough_address(address)}
    tell_user("new_sign_in", user, now.isoformat(), now, **facts)


def with_account(device: Device, account: str, at_most: int = 8) -> Device:
    """The device after a sign-in: it knows this account and the ones before, the latest first."""
    earlier: Collection[str] = [known for known in device.accounts if known != account]
    return Device(device.id, (account, *list(earlier)[: at_most - 1]))
