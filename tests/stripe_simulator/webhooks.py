"""Webhooks on their way: signed, sent by threads of their own, tried again, and logged."""

import hashlib
import hmac
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import httpx

from tests.stripe_simulator.problems import Json

# Stripe tries for three days; here a test waits for the end.
RETRIES = (0.2, 0.5, 1.0, 2.0, 4.0)  # seconds before the next try
PATIENCE = 10.0  # seconds for an answer
AT_ONCE = 8
PULSE = 0.02  # seconds


def signature(body: bytes, secret: str, at: int) -> str:
    """The header `Stripe-Signature` of a body sent at this second (docs.stripe.com/webhooks#verify-manually)."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


@dataclass(frozen=True)
class Letter:
    """One event to one endpoint. `due` is a moment of the monotonic clock."""

    event: str
    kind: str
    url: str
    secret: str
    body: bytes
    attempt: int = 1
    due: float = 0.0


class Post:
    """Letters on their way, letters held back, and a log of every try."""

    def __init__(self, now: Callable[[], int], retries: tuple[float, ...] | None = None) -> None:
        self._now = now
        self._first_retries = RETRIES if retries is None else retries
        self.retries = self._first_retries
        self.held: list[Letter] = []
        self.log: list[Json] = []
        self._waiting: list[Letter] = []
        self._running = 0
        self._lock = threading.Condition()
        self._age = 0  # Counts resets: what was on its way before is not tried again.
        self._pool: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """Begin to send. Threads do not outlive a fork, so the process that serves calls it."""
        self._pool = ThreadPoolExecutor(AT_ONCE, "webhooks")
        threading.Thread(target=self._beat, name="webhook-clock", daemon=True).start()

    def take(self, letter: Letter, delivery: str) -> None:
        """Send, drop, double or hold it."""
        with self._lock:
            if delivery == "hold":
                self.held.append(letter)
            elif delivery == "drop":
                self._note(letter, None, "dropped")
            else:
                self._waiting += [letter] * (2 if delivery == "double" else 1)

    def release(
        self, order: str | Sequence[str] = "kept", times: int = 1, parallel: int = 1, seed: int = 0
    ) -> list[Json]:
        """Send what is held, each once without a retry, and say what was answered.

        `order` is kept, reversed, random (by `seed`), or the ids of events, which may name some of them only, and some
        twice. `times` each is sent, `parallel` so many at once; with one, each is answered before the next is sent.
        """
        with self._lock:
            held, kept = list(self.held), []
            if order == "reversed":
                held.reverse()
            elif order == "random":
                random.Random(seed).shuffle(held)
            elif not isinstance(order, str):
                kept = [it for it in held if it.event not in order]
                held = [it for event in order for it in self.held if it.event == event]
            elif order != "kept":
                raise ValueError(f"There is no order {order!r}.")
            self.held = kept
        return self.send_now([letter for letter in held for _ in range(times)], parallel)

    def send_now(self, letters: Sequence[Letter], parallel: int = 1) -> list[Json]:
        """Send these and wait for the answers, without a retry."""
        with ThreadPoolExecutor(max(1, parallel)) as pool:
            return list(pool.map(self._try, letters))

    def wait_until_idle(self, seconds: float) -> bool:
        """Whether nothing was left to send, or to try again, within this time."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._waiting and not self._running, seconds)

    def reset(self) -> None:
        """Forget everything, also what is on its way."""
        with self._lock:
            self._age += 1
            self.retries = self._first_retries
            self._waiting.clear()
            self.held.clear()
            self.log.clear()
            self._lock.notify_all()

    def _beat(self) -> None:
        while True:
            time.sleep(PULSE)
            with self._lock:
                now = time.monotonic()
                ripe = [it for it in self._waiting if it.due <= now]
                self._waiting = [it for it in self._waiting if it.due > now]
                self._running += len(ripe)
                age = self._age
            for letter in ripe:
                assert self._pool
                self._pool.submit(self._deliver, letter, age)

    def _deliver(self, letter: Letter, age: int) -> None:
        """One try, and another one later if nobody said yes."""
        tried = self._try(letter)
        with self._lock:
            self._running -= 1
            if not tried["ok"] and letter.attempt <= len(self.retries) and age == self._age:
                due = time.monotonic() + self.retries[letter.attempt - 1]
                self._waiting.append(replace(letter, attempt=letter.attempt + 1, due=due))
            self._lock.notify_all()

    def _try(self, letter: Letter) -> Json:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature(letter.body, letter.secret, self._now()),
        }
        try:
            answer = httpx.post(
                letter.url, content=letter.body, headers=headers, timeout=PATIENCE, verify=False
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return self._note(letter, None, repr(error))
        return self._note(letter, answer.status_code, answer.text[:200])

    def _note(self, letter: Letter, status: int | None, answer: str) -> Json:
        tried = {
            "event": letter.event,
            "type": letter.kind,
            "url": letter.url,
            "attempt": letter.attempt,
            "at": self._now(),
            "status": status,
            "answer": answer,
            "ok": status is not None and 200 <= status < 300,
        }
        self.log.append(tried)
        return tried
