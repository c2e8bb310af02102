"""Counting tries that must not be made too often. In Redis, or per process while Redis is away."""

import math
from collections.abc import Mapping
from typing import Any

from flask_babel import ngettext
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from app.core import clock
from app.core.errors import DomainError


class TooManyTries(DomainError):
    """Somebody who guesses, or who has forgotten."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(
            ngettext(
                "That was tried too often. Please wait a minute and try again.",
                "That was tried too often. Please wait %(num)d minutes and try again.",
                max(1, round(retry_after / 60)),
            )
        )


class Tries:
    """Moving windows by name. A try that is refused is not counted, so waiting always helps."""

    def __init__(self) -> None:
        self.enabled = True
        self._prefix = ""
        self._nearby = MovingWindowRateLimiter(MemoryStorage())
        self._shared = self._nearby

    def configure(self, config: Mapping[str, Any]) -> None:
        """Count where the rate limiter does."""
        uri, options = config["RATELIMIT_STORAGE_URI"], config["RATELIMIT_STORAGE_OPTIONS"]
        storage = storage_from_string(uri, **options)
        self.enabled = config["RATELIMIT_ENABLED"]
        self._prefix = config["RATELIMIT_KEY_PREFIX"]
        self._nearby = MovingWindowRateLimiter(MemoryStorage())
        self._shared = MovingWindowRateLimiter(storage) if isinstance(storage, Storage) else self._nearby

    def count(self, limits: str, *names: str) -> None:
        """Count one try under `names`; `limits` such as "5/minute; 30/hour". Raises TooManyTries."""
        if not self.enabled:
            return
        for limit in parse_many(limits):
            wait = self._wait(limit, *names)
            if wait:
                raise TooManyTries(wait)

    def forget(self) -> None:
        """Start counting from nothing, for tests."""
        self._nearby.storage.reset()
        self._shared.storage.reset()

    def _wait(self, limit: RateLimitItem, *names: str) -> int:
        """Seconds until a try is allowed; 0 when this one is, which then counts."""
        try:
            return self._ask(self._shared, limit, *names)
        except self._shared.storage.base_exceptions:
            return self._ask(self._nearby, limit, *names)

    def _ask(self, counter: MovingWindowRateLimiter, limit: RateLimitItem, *names: str) -> int:
        if counter.hit(limit, self._prefix, *names):
            return 0
        free_at = counter.get_window_stats(limit, self._prefix, *names).reset_time
        return max(1, math.floor(free_at - clock.now().timestamp()) + 1)


tries = Tries()
