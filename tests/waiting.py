"""Waiting in tests for what happens elsewhere."""

import time
from collections.abc import Callable


def wait_until(
    is_so: Callable[[], object], seconds: float = 40, moves: Callable[[], object] | None = None
) -> None:
    """Fails the test if it does not become true in time.

    The time begins anew whenever what `moves` says is something else: a busy machine is slow, and only what is stuck
    is wrong.
    """
    until, seen = time.monotonic() + seconds, None
    while not is_so():
        if moves is not None and (now := moves()) != seen:
            until, seen = time.monotonic() + seconds, now
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.2 if moves else 0.02)
