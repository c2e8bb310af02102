"""Passwords: argon2id hashes, and what a password must be.

Parameters: OWASP's password storage cheat sheet (19 MiB, two passes, one lane), so that several sign-ins at once
fit into a small server. Length instead of composition: NIST SP 800-63B, section 3.1.1.
"""

import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _

from app.core.errors import DomainError
from app.core.text import clean, is_blank

SHORTEST = 10
LONGEST = 1000

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class WeakPassword(DomainError):
    """A password that is too easy to guess."""


class TooShort(WeakPassword):
    message = _("Please use at least 10 characters. A few words in a row are easy to remember.")


class TooLong(WeakPassword):
    message = _("Please use at most 1000 characters.")


class EasyToGuess(WeakPassword):
    message = _("Please choose something else than your name or e-mail address.")


def hash_password(password: str) -> str:
    """The hash to keep, its parameters and salt included."""
    return _hasher.hash(clean(password))


def is_right(password: str, kept: str | None) -> bool:
    """Whether this is the password kept; without one it takes as long and is wrong."""
    try:
        return _hasher.verify(kept or _nobodys(), clean(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def check_choice(password: str, email: str, name: str) -> None:
    """Raises WeakPassword when this person should not use this password. What cannot be seen makes it no longer."""
    password = clean(password)
    if is_blank(password) or sum(c == " " or not is_blank(c) for c in password) < SHORTEST:
        raise TooShort
    if len(password) > LONGEST:
        raise TooLong
    known = {email, email.partition("@")[0], name}
    if _plain(password) in {_plain(text) for text in known}:
        raise EasyToGuess


def _plain(text: str) -> str:
    """Letters and digits only, so that spaces and dots make no difference."""
    return "".join(c for c in text.casefold() if c.isalnum())


@functools.cache
def _nobodys() -> str:
    """A hash to compare with when there is none, so that the answer takes as long."""
    return _hasher.hash("the password of nobody")
