"""Idempotency keys, as Stripe keeps them for a day (docs.stripe.com/api/idempotent_requests)."""

from dataclasses import dataclass
from typing import Any

from tests.stripe_simulator.problems import Problem

LIFETIME = 24 * 60 * 60  # seconds
LONGEST = 255


@dataclass
class Answer:
    """What a request was answered, once there is an answer."""

    asked: Any
    at: int
    status: int | None = None
    body: bytes = b""
    request: str = ""


class Answers:
    """By key. The caller holds the world's lock."""

    def __init__(self) -> None:
        self._by_key: dict[str, Answer] = {}

    def claim(self, key: str, asked: Any, now: int) -> Answer | None:
        """The answer to give again; None if this is the first time, and the key is now taken.

        Raises Problem if the key is used for another request (400), or by one that still runs (409).
        """
        if len(key) > LONGEST:
            raise Problem(
                f"Idempotency keys are at most {LONGEST} characters long.", kind="idempotency_error"
            )
        known = self._by_key.get(key)
        if known is None or now - known.at >= LIFETIME:
            self._by_key[key] = Answer(asked, now)
            return None
        if known.asked != asked:
            raise Problem(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        if known.status is None:
            raise Problem(
                "There is currently another in-progress request using this Idempotent Key "
                f"(that probably means you submitted twice, and the other request is still going through): {key}.",
                status=409,
                kind="idempotency_error",
                code="idempotency_key_in_use",
            )
        return known

    def remember(self, key: str, status: int, body: bytes, request: str) -> None:
        """From now on this is the answer, whether it is good or bad."""
        answer = self._by_key[key]
        answer.status, answer.body, answer.request = status, body, request

    def release(self, key: str) -> None:
        """Nothing was done: the next request with this key is a first one again."""
        del self._by_key[key]
