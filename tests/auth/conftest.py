"""Counting tries, which is switched off elsewhere."""

import pytest

from app.core.tries import tries


@pytest.fixture
def counting(app, frozen):
    tries.enabled = True
    tries.forget()
    yield frozen
    tries.forget()
    tries.enabled = False
