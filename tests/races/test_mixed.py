"""Everything at once, at random, by several processes: whatever happens, nothing is broken afterwards."""

import logging
import secrets
from collections import Counter

import pytest

from tests.races.clients import at_once
from tests.races.crew import DONE, HANDS
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


def test_a_busy_day_breaks_nothing(served, crew, caplog):
    caplog.set_level(logging.INFO, __name__)
    reports, _ = a_day(served, crew, MIXED_SECONDS)
    tally = sum((report.tally for report in reports), Counter())
    log.info("seeds %s", [report.seed for report in reports])
    for (deed, word), times in sorted(tally.items()):
        log.info("%-14s %-20s %5d", deed, word, times)
    faults = [fault for report in reports for fault in report.faults]
    assert not faults, faults[0]
    assert {deed.__name__ for deed in DEEDS} == {deed for deed, word in tally if word == DONE}


def test_without_lock_and_constraint_a_busy_day_breaks_something(unguarded, crew):
    """The negative control of the test above."""
    assert goes_wrong(lambda _: broken(unguarded, a_day(unguarded, crew, 1)[1] - 1) != {})
