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


class Bell:
    """A queue that remembers what was put into it, and a Redis that knows which rings wait."""

    def __init__(self):
        self.jobs, self.keys, self.connection = [], set(), self

    def set(self, key, _value, **_more):
        return None if key in self.keys else not self.keys.add(key)

    def enqueue(self, job, *args, **_more):
        self.jobs.append((job.__name__, args))


def test_of_a_job_that_looks_for_its_work_itself_one_waits(app, monkeypatch):
    the_bell = Bell()
    monkeypatch.setattr(bell, "queue", lambda _url: the_bell)
    monkeypatch.setitem(app.config, "REDIS_URL", "redis://nowhere")

    @jobs.one_waits
    def sweep():
        """Nothing."""

    assert all(jobs.ring(sweep) for _ in range(3))
    assert all(jobs.ring(some_job, number) for number in (1, 2))
    assert the_bell.jobs == [("sweep", ()), ("some_job", (1,)), ("some_job", (2,))]
    the_bell.keys.clear()
    assert jobs.ring(sweep)
    assert the_bell.jobs.count(("sweep", ())) == 2


def test_the_same_ring_twice_in_a_transaction_is_one(app, rung):
    for number in (7, 8, 7):
        jobs.enqueue_after_commit(some_job, number)
    db.session.execute(db.text("SELECT 1"))
    db.session.commit()
    assert rung == [("some_job", (7,)), ("some_job", (8,))]
