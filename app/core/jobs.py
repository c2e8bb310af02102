"""RQ is the doorbell: it says that there may be work; the database says what there is to do.

Jobs take ids, do one thing and may run twice. They are sent as JSON and never retried by RQ.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core.db import db

JOB_SECONDS = 60
_WAITING = "jobs_after_commit"
J = TypeVar("J", bound=Callable[[], Any])


def one_waits(job: J) -> J:
    """Mark a job that looks by itself for all there is to do: while one waits to begin, another ring adds nothing."""
    job.one_waits = True  # type: ignore[attr-defined]
    return job


def ring(job: Callable[..., Any], *args: int | str) -> bool:
    """Ask a worker to run `job` now; False when there is no Redis, which costs a delay and loses nothing.

    Thousands of rings for a job that is marked by `one_waits` are one job, and keep no other job waiting.
    """
    url = current_app.config["REDIS_URL"]
    if not url:
        return False
    from app.core import bell

    try:
        if not getattr(job, "one_waits", False) or bell.is_first(url, job):
            bell.queue(url).enqueue(job, *args, job_timeout=JOB_SECONDS, result_ttl=0, failure_ttl=86_400)
    except bell.NoRedis:
        return False
    return True


def enqueue_after_commit(job: Callable[..., Any], *args: int | str) -> None:
    """Ring as soon as the current transaction is committed, and not at all if it is rolled back."""
    waiting = db.session.info.setdefault(_WAITING, [])
    if (job, args) not in waiting:
        waiting.append((job, args))


@event.listens_for(Session, "after_commit")
def ring_waiting(session: Session) -> None:
    """A released savepoint fires this event too, so only the outermost commit counts."""
    if session.in_nested_transaction():
        return
    for job, args in session.info.pop(_WAITING, []):
        ring(job, *args)


@event.listens_for(Session, "after_rollback")
def forget_waiting(session: Session) -> None:
    """What was undone needs no job."""
    if not session.in_nested_transaction():
        session.info.pop(_WAITING, None)
