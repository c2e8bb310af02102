"""The queue itself and those who work on it.

Imported where it is asked for: RQ and the client for Redis need megabytes, and most web processes never ring.
"""

from functools import cache
from typing import Any

import redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException

from app.core.db import db

OutOfTime = JobTimeoutException
NoRedis = redis.RedisError


@cache
def queue(url: str) -> Queue:
    """The queue all jobs go through, for those who ring: two seconds are the most anybody waits for Redis."""
    bell = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
    return Queue(connection=bell, serializer=JSONSerializer)


class ForkingWorker(Worker):
    """A worker whose children open database connections of their own."""

    def main_work_horse(self, *args: Any, **kwargs: Any) -> None:
        """Runs in the child right after the fork."""
        db.engine.dispose(close=False)
        super().main_work_horse(*args, **kwargs)


def run_worker(url: str) -> None:
    """Work until told to stop. TERM finishes the job at hand first."""
    patient = redis.Redis.from_url(url, socket_connect_timeout=2)
    ForkingWorker(["default"], connection=patient, serializer=JSONSerializer).work()
