"""The one place that asks what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_elsewhen: ContextVar[datetime | None] = ContextVar("elsewhen", default=None)


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _elsewhen.get() or datetime.now(UTC)


@contextmanager
def travel(moment: datetime) -> Iterator[datetime]:
    """Let it be another moment (aware) for this thread until the block ends; the moment, in UTC.

    For telling a story whose deeds happened at different times, as the demo does. Raises ValueError for a moment
    that says no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    token = _elsewhen.set(moment.astimezone(UTC))
    try:
        yield now()
    finally:
        _elsewhen.reset(token)
