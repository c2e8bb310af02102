"""Daybook for `flask worker`, with a note of how long each drain took and how much of that was SMTP's."""

import functools
import os
import smtplib
import socket
import time
from collections.abc import Callable
from typing import Any

from app import create_app
from app.notifications import jobs
from bench.drain import NOTES

app = create_app()
_in_smtp = 0.0


def timed(act: Callable[..., Any]) -> Callable[..., Any]:
    """The act, with the time it takes counted as SMTP's."""

    @functools.wraps(act)
    def done(*words: Any, **more: Any) -> Any:
        global _in_smtp
        began = time.perf_counter()
        try:
            return act(*words, **more)
        finally:
            _in_smtp += time.perf_counter() - began

    return done


def noted(job: Callable[[], int]) -> Callable[[], int]:
    """The job, and a line about it: how many, seconds in all, seconds of SMTP."""

    @functools.wraps(job)
    def done() -> int:
        before, began = _in_smtp, time.perf_counter()
        count = job()
        line = f"{count} {time.perf_counter() - began} {_in_smtp - before}\n"
        with open(os.environ[NOTES], "a") as notes:
            notes.write(line)
        return count

    return done


smtplib.SMTP.send = timed(smtplib.SMTP.send)  # type: ignore[method-assign]
smtplib.SMTP.getreply = timed(smtplib.SMTP.getreply)  # type: ignore[method-assign]
socket.create_connection = timed(socket.create_connection)
jobs.deliver_due = noted(jobs.deliver_due)
