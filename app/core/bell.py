"""The queue itself and those who work on it.

Imported where it is asked for: RQ and the client for Redis need megabytes, and most web processes never ring.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import redis
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException

from app.core.db import db

OutOfTime = JobTimeoutException
NoRedis = redis.RedisError
# A ring whose job never began, because Redis was emptied or the queue is long, stands in nobody's way for longer.
_WAITS = 60  # seconds


@cache
def queue(url: str) -> Queue:
    """The queue all jobs go through, for those who ring: two seconds are the most anybody waits for Redis."""
    bell = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
    return Queue(connection=bell, serializer=JSONSerializer)


def is_first(url: str, job: Callable[[], Any]) -> bool:
    """Whether no ring for this job waits yet; from now on one does, until the job begins."""
    key = _waiting(f"{job.__module__}.{job.__name__}")
    return bool(queue(url).connection.set(key, "1", nx=True, ex=_WAITS))


def _waiting(job: str) -> str:
    return f"daybook:waiting:{job}"


class ForkingWorker(Worker):
    """A worker whose children open database connections of their own."""

    def perform_job(self, job: Job, queue: Queue) -> bool:
        """Runs in the child. Whoever rings from now on may mean something this job does not see any more."""
        if job.func_name and not job.args:
            self.connection.delete(_waiting(job.func_name))
        return bool(super().perform_job(job, queue))

    def main_work_horse(self, *args: Any, **kwargs: Any) -> None:
        """Runs in the child right after the fork."""
        db.engine.dispose(close=False)
        super().main_work_horse(*args, **kwargs)


def run_worker(url: str) -> None:
    """Work until told to stop. TERM finishes the job at hand first."""
    patient = redis.Redis.from_url(url, socket_connect_timeout=2)
    ForkingWorker(["default"], connection=patient, serializer=JSONSerializer).work()
