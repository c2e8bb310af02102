"""Everything at once, at random, by several processes: whatever happens, nothing is broken afterwards."""

import logging
import secrets
import time
from collections import Counter

import pytest

from tests.races.clients import at_once
from tests.races.crew import DONE, HANDS, PATIENCE
from tests.races.effort import MIXED_SECONDS, goes_wrong
from tests.races.invariants import broken
from tests.races.mixed import DEEDS, Report, a_busy_shop, work

pytestmark = pytest.mark.race
log = logging.getLogger(__name__)


def a_day(served, crew, seconds: float) -> tuple[list[Report], int]:
    """What each of several processes did at one shop, and the shop."""
    shop = a_busy_shop(served)
    seeds = [secrets.randbelow(10**6) for _ in range(HANDS)]
    return at_once([crew.work(served, work, shop, seed, seconds) for seed in seeds]), shop.business


def missing(reports: list[Report]) -> set[str]:
    """What nobody has got done; a slow machine needs more than one day for what is rare."""
    done = {deed for report in reports for deed, word in report.tally if word == DONE}
    return {deed.__name__ for deed in DEEDS} - done


def test_a_busy_day_breaks_nothing(served, crew, caplog):
    caplog.set_level(logging.INFO, __name__)
    reports, until = [], time.monotonic() + PATIENCE
    while not reports or (missing(reports) and time.monotonic() < until):
        reports += a_day(served, crew, MIXED_SECONDS)[0]
    tally = sum((report.tally for report in reports), Counter())
    log.info("seeds %s", [report.seed for report in reports])
    for (deed, word), times in sorted(tally.items()):
        log.info("%-14s %-20s %5d", deed, word, times)
    faults = [fault for report in reports for fault in report.faults]
    assert not faults, faults[0]
    assert missing(reports) == set()


def test_without_lock_and_constraint_a_busy_day_breaks_something(unguarded, crew):
    """The negative control of the test above."""
    assert goes_wrong(lambda _: broken(unguarded, a_day(unguarded, crew, 1)[1] - 1) != {})
