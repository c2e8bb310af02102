"""Counting tries, which is switched off elsewhere."""

from tests.auth.conftest import counting as counting
