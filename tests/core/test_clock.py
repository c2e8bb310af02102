"""What time it is, and telling a story at another time."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock
from tests.factories import berlin


def test_it_is_now() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


def test_a_journey_ends_where_it_began_also_when_something_breaks() -> None:
    with clock.travel(berlin("2027-03-02 10:00")) as then:
        assert then == clock.now() == datetime(2027, 3, 2, 9, tzinfo=UTC)
        assert str(then.tzinfo) == "UTC"
        with pytest.raises(KeyError), clock.travel(then - timedelta(days=1)):
            raise KeyError
        assert clock.now() == then
    assert clock.now() < then or clock.now() - then > timedelta(seconds=1)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"), clock.travel(datetime(2027, 3, 2)):  # noqa: DTZ001
        pass
