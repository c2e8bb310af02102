from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock, ticking
from app.core.db import db
from app.core.ticking import CronRun, Task, tick

pytestmark = pytest.mark.usefixtures("app", "frozen")


def some_job():
    return None


@pytest.fixture
def tasks():
    return {"often": Task(some_job, timedelta(seconds=30)), "daily": Task(some_job, timedelta(days=1))}


@pytest.fixture
def redis_hears(monkeypatch):
    heard = {"hears": True}
    monkeypatch.setattr(ticking, "ring", lambda job: heard["hears"])
    return heard


def test_each_task_is_rung_for_once_in_its_time_however_many_clocks_tick(tasks, redis_hears, frozen):
    assert tick(tasks, clock.now()) == ["often", "daily"]
    assert tick(tasks, clock.now()) == []
    frozen.shift(30)
    assert tick(tasks, clock.now()) == ["often"]
    frozen.shift(86_400)
    assert tick(tasks, clock.now()) == ["often", "daily"]


def test_a_ring_nobody_heard_is_repeated_at_the_next_tick(tasks, redis_hears):
    redis_hears["hears"] = False
    assert tick(tasks, clock.now()) == []
    redis_hears["hears"] = True
    assert tick(tasks, clock.now()) == ["often", "daily"]


def test_old_ticks_are_forgotten(tasks, redis_hears, frozen):
    for _ in range(5):
        tick(tasks, clock.now())
        frozen.shift(86_400)
    assert db.session.scalar(select(func.count()).select_from(CronRun)) <= 6
