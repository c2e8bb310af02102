import pytest
import redis

from app.core import bell, jobs
from app.core.db import db


@pytest.fixture
def rung(monkeypatch):
    """The jobs that were rung for, in order."""
    heard = []
    monkeypatch.setattr(jobs, "ring", lambda job, *args: heard.append((job.__name__, args)) or True)
    return heard


def some_job(id_):
    return id_


def test_a_job_leaves_when_the_transaction_is_committed(app, rung):
    jobs.enqueue_after_commit(some_job, 7)
    assert rung == []
    db.session.execute(db.text("SELECT 1"))
    db.session.commit()
    assert rung == [("some_job", (7,))]


def test_a_job_does_not_leave_with_a_released_savepoint(app, rung):
    with db.session.begin_nested():
        jobs.enqueue_after_commit(some_job, 7)
    assert rung == []
    db.session.commit()
    assert rung == [("some_job", (7,))]


def test_a_job_of_a_transaction_that_was_rolled_back_never_leaves(app, rung):
    db.session.execute(db.text("SELECT 1"))
    jobs.enqueue_after_commit(some_job, 7)
    db.session.rollback()
    db.session.execute(db.text("SELECT 1"))
    db.session.commit()
    assert rung == []


def test_redis_away_costs_nothing_but_the_ring(app, monkeypatch):
    def away(url):
        raise redis.ConnectionError

    monkeypatch.setattr(bell, "queue", away)
    assert jobs.ring(some_job, 7) is False
