"""How long the races last. More of everything finds more; these numbers keep all of them within two minutes or so."""

import time
from collections.abc import Callable
from itertools import count, takewhile

ROUNDS = 3  # of a race whose outcome is left to chance
TRY_SECONDS = 30  # of a control, which stops at the first race that goes wrong, mostly within one
MIXED_SECONDS = 12


def goes_wrong(race: Callable[[int], bool]) -> bool:
    """Whether a race goes wrong without its guards, however often it takes; it is told which one it is."""
    until = time.monotonic() + TRY_SECONDS
    return any(race(number) for number in takewhile(lambda _: time.monotonic() < until, count()))
