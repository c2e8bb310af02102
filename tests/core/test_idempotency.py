"""One effect per form, however often it is sent."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.db import db
from app.core.idempotency import IdempotencyKey, Once

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
KEY = "a-key-of-the-form-0001"


def once(scope: str = "hold", key: str = KEY, business_id: int = 1, **body: Any) -> Once:
    """A request of business 1."""
    return Once(business_id, scope, key, body)


@pytest.mark.usefixtures("app")
def test_the_first_request_has_no_earlier_answer_and_its_twin_gets_the_same_one() -> None:
    assert once(start="10:00").earlier_answer(NOW) is None
    once(start="10:00").answered({"booking": 7})
    assert once(start="10:00").earlier_answer(NOW) == {"booking": 7}


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "other",
    [{"start": "11:00"}, {"key": "another-key-of-a-form"}, {"scope": "order"}, {"business_id": 2}],
    ids=lambda other: next(iter(other)),
)
def test_another_body_key_scope_or_business_is_another_request(other: dict[str, Any]) -> None:
    once(start="10:00").earlier_answer(NOW)
    once(start="10:00").answered({"booking": 7})
    assert once(**{"start": "10:00"} | other).earlier_answer(NOW) is None


@pytest.mark.usefixtures("app")
def test_the_order_of_the_fields_does_not_matter() -> None:
    once(start="10:00", places=1).earlier_answer(NOW)
    once(places=1, start="10:00").answered({"booking": 7})
    assert once(places=1, start="10:00").earlier_answer(NOW) == {"booking": 7}


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("key", ["short", "x" * 129])
def test_a_key_of_an_odd_length_is_refused(key: str) -> None:
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        once(key=key).earlier_answer(NOW)


@pytest.mark.commits
def test_a_refused_first_attempt_lets_the_second_try(app: Flask) -> None:
    with app.app_context():
        assert once().earlier_answer(NOW) is None
        db.session.rollback()
        assert once().earlier_answer(NOW) is None
        db.session.rollback()


@dataclass
class Twin:
    """The same request in another thread, and what it was answered."""

    app: Flask
    answers: list[Any] = field(default_factory=list)

    def start(self) -> None:
        """Send it, and give it time to come as far as it can."""
        self.thread = threading.Thread(target=self.ask)
        self.thread.start()
        self.thread.join(0.2)

    def ask(self) -> None:
        with self.app.app_context():
            self.answers.append(once().earlier_answer(NOW))

    def answer(self) -> Any:
        """What it was answered, once whoever it waits for has committed."""
        self.thread.join(5)
        [answer] = self.answers
        return answer


@pytest.fixture
def twin(app: Flask) -> Iterator[Twin]:
    """A twin, in an app context whose committed keys are deleted at the end."""
    with app.app_context():
        yield Twin(app)
        db.session.rollback()
        db.session.execute(sa.delete(IdempotencyKey))
        db.session.commit()


@pytest.mark.commits
def test_a_twin_waits_for_the_request_under_way_and_gets_its_answer(twin: Twin) -> None:
    assert once().earlier_answer(NOW) is None
    twin.start()
    assert twin.answers == []
    once().answered({"booking": 7})
    db.session.commit()
    assert twin.answer() == {"booking": 7}


@pytest.mark.commits
def test_a_twin_waits_for_a_request_that_acts_once_more_and_gets_its_new_answer(twin: Twin) -> None:
    once().earlier_answer(NOW)
    once().answered({"booking": 7})
    db.session.commit()
    assert once().earlier_answer(NOW) == {"booking": 7}
    twin.start()
    once().answered({"booking": 8})
    db.session.commit()
    assert twin.answer() == {"booking": 8}
