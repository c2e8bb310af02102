"""RQ is the doorbell: it says that there may be work; the database says what there is to do.

Jobs take ids, do one thing and may run twice. They are sent as JSON and never retried by RQ.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.core.db import db

JOB_SECONDS = 60
_WAITING = "jobs_after_commit"


def ring(job: Callable[..., Any], *args: int | str) -> bool:
    """Ask a worker to run `job` now; False when there is no Redis, which costs a delay and loses nothing."""
    url = current_app.config["REDIS_URL"]
    if not url:
        return False
    from app.core import bell

    try:
        bell.queue(url).enqueue(job, *args, job_timeout=JOB_SECONDS, result_ttl=0, failure_ttl=86_400)
    except bell.NoRedis:
        return False
    return True


def enqueue_after_commit(job: Callable[..., Any], *args: int | str) -> None:
    """Ring as soon as the current transaction is committed, and not at all if it is rolled back."""
    db.session.info.setdefault(_WAITING, []).append((job, args))


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
