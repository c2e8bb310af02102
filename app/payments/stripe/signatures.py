"""Whether it is really Stripe who says something."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

TOLERANCE = 300  # Seconds a signature may be old, or a clock may be ahead.


class NotSigned(ValueError):
    """Nothing that Stripe has said to us now."""


def read_signed(body: bytes, header: str, secrets: Iterable[str], now: float) -> Mapping[str, Any]:
    """The event in a request, if it is signed with one of these secrets around `now` (epoch seconds).

    Raises NotSigned for anything else. The SDK checks the signature; it would take one from the future, and dies of
    bodies that are no text and of headers that are not ASCII.
    """
    from stripe import SignatureVerificationError, WebhookSignature

    try:
        text = body.decode()
        stamps = [int(it[2:]) for it in header.split(",") if it.startswith("t=")]
    except ValueError as error:
        raise NotSigned from error
    # As whole numbers: an hour of hundreds of digits is no float.
    if not header.isascii() or len(stamps) != 1 or abs(int(now) - stamps[0]) > TOLERANCE:
        raise NotSigned
    for secret in secrets:
        try:
            WebhookSignature.verify_header(text, header, secret)
            break
        except SignatureVerificationError:
            continue
    else:
        raise NotSigned
    try:
        event = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotSigned from error
    if not isinstance(event, dict):
        raise NotSigned
    return event
