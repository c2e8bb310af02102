"""Secrets of others at rest: sealed with a key made of ours, so that a copy of the database alone opens none."""

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


def seal(purpose: str, secret: str) -> bytes:
    """A secret as a row may keep it. What is sealed for one purpose cannot be opened for another."""
    return _box(purpose).encrypt(secret.encode())


def unseal(purpose: str, kept: bytes) -> str | None:
    """What was sealed with SECRET_KEY or one of its predecessors; None where its key is gone or it was altered."""
    from cryptography.fernet import InvalidToken

    try:
        return _box(purpose).decrypt(kept).decode()
    except InvalidToken:
        return None


def seal_anew(purpose: str, kept: bytes) -> bytes | None:
    """The same under SECRET_KEY itself, if one of its predecessors has sealed it; None where nothing is to be done.

    Raises KeyGone where none of them opens it.
    """
    from cryptography.fernet import Fernet, InvalidToken

    try:
        Fernet(_keys(purpose)[0]).decrypt(kept)
    except InvalidToken:
        secret = unseal(purpose, kept)
        if secret is None:
            raise KeyGone from None
        return seal(purpose, secret)
    return None


class KeyGone(Exception):
    """The key that sealed something is none of those we have."""


def _box(purpose: str) -> "MultiFernet":
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(key) for key in _keys(purpose)])


def _keys(purpose: str) -> list[bytes]:
    """A key for this purpose made of each of ours, that of now first."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    info = f"daybook-seal-{purpose}".encode()
    return [urlsafe_b64encode(HKDF(SHA256(), 32, None, info).derive(str(key).encode())) for key in keys]
