"""Counting tries, which is switched off elsewhere."""

import pytest


@pytest.fixture
def counting(counting, frozen):
    """Tries are counted in this test, from nothing, and the clock stands."""
    return frozen
