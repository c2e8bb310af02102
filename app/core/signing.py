"""Signed tokens for addresses and forms, and tokens that do one thing once. Each purpose has a salt of its own, and
keys can be rotated."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer


def sign(purpose: str, payload: Any) -> str:
    """`payload` (JSON) as text that can stand in an address; it can be read by anybody and made only by us."""
    return str(_serializer(purpose).dumps(payload))


def read(purpose: str, token: str, max_age_hours: int | None = None) -> Any:
    """What was signed for this purpose, within so many hours; None for anything else."""
    seconds = None if max_age_hours is None else max_age_hours * 3600
    try:
        return _serializer(purpose).loads(token, max_age=seconds)
    except BadSignature:
        return None


def new_nonce() -> bytes:
    """What a one-time token is made of beside our key: 16 random bytes, which a row keeps."""
    return secrets.token_bytes(16)


def one_time_hash(purpose: str, nonce: bytes) -> bytes:
    """The hash, to be kept in a row, of the token that `nonce` makes for this purpose today."""
    return hash_token(_derived(str(current_app.config["SECRET_KEY"]), purpose, nonce))


def one_time_token(purpose: str, nonce: bytes, kept_hash: bytes) -> str | None:
    """The token of a row, made once more so that it can be written into a mail; None where its key is gone.

    Whoever has the row alone cannot make it. A key that was rotated meanwhile is among its predecessors.
    """
    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    tokens = (_derived(str(key), purpose, nonce) for key in keys)
    return next((it for it in tokens if hmac.compare_digest(hash_token(it), kept_hash)), None)


def hash_token(token: str) -> bytes:
    """What is kept of a token: the sha256 of its text."""
    return hashlib.sha256(token.encode()).digest()


def _derived(key: str, purpose: str, nonce: bytes) -> str:
    """32 bytes that only we can make (HMAC-SHA256), as text that can stand in an address."""
    made = hmac.digest(key.encode(), b"daybook-once-" + purpose.encode() + b"\0" + nonce, "sha256")
    return urlsafe_b64encode(made).decode().rstrip("=")


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    """Signs with SECRET_KEY; reads what SECRET_KEY or one of its predecessors signed."""
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(keys, salt=f"daybook-{purpose}", signer_kwargs=options)
