"""Signed tokens for addresses and forms. Each purpose has a salt of its own, and keys can be rotated."""

import hashlib
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


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    """Signs with SECRET_KEY; reads what SECRET_KEY or one of its predecessors signed."""
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(keys, salt=f"daybook-{purpose}", signer_kwargs=options)
