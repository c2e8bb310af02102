"""Texts that Stripe looks at more closely: metadata, addresses, and what a bank prints."""

import re
from typing import Any
from urllib.parse import urlsplit

from tests.stripe_simulator.problems import Problem

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
ADDRESSES = ("success_url", "cancel_url", "return_url", "url")
PRINTED = ("statement_descriptor_suffix",)
LONGEST_PRINTED = 22


def check_texts(wish: dict[str, Any]) -> None:
    """Raises Problem for an address that leads nowhere, or a text no bank prints."""
    for name in ("receipt_email", "customer_email"):
        if wish.get(name) and not EMAIL.fullmatch(wish[name]):
            raise Problem(f"Invalid email address: {wish[name]}", code="email_invalid", param=name)
    for name in ADDRESSES:
        if wish.get(name) and not is_address(wish[name]):
            raise Problem("Not a valid URL", code="url_invalid", param=name)
    for name in PRINTED:
        text = wish.get(name) or ""
        if len(text) > LONGEST_PRINTED or set(text) & set("<>\\'\"*"):
            raise Problem(f"The {name} has more than {LONGEST_PRINTED} or forbidden characters.", param=name)


def is_address(text: str) -> bool:
    """Whether a browser can go there."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def merged(old: dict[str, str], new: dict[str, str] | str | None) -> dict[str, str]:
    """An empty value takes a note away, an empty string takes all."""
    if new is None:
        return old
    if isinstance(new, str):
        return {}
    for name, value in new.items():
        if len(name) > 40:
            raise Problem(f"Metadata keys are at most 40 characters long: {name}", param="metadata")
        if len(value) > 500:
            raise Problem(
                f"Metadata values are at most 500 characters long: {name}", param=f"metadata[{name}]"
            )
    notes = {name: value for name, value in (old | new).items() if value}
    if len(notes) > 50:
        raise Problem("Metadata has at most 50 keys.", param="metadata")
    return notes
