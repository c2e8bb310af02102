"""Daybook whose sender dies on order, for `flask worker` and a hasty `flask clock`; its leases last four seconds.

An accident is a file `<phase>@<message>` with who is killed in it, `child` (the job) or `parent` (the worker). Taking
it away by a rename is what makes it happen, so it happens once.
"""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.core import mail
from app.notifications import claiming, jobs
from app.notifications.models import Notification
from tests.faults.errands import know_errands
from tests.faults.hasty import app

FOLDER = "ACCIDENTS"  # The setting that names the folder.
PHASES = ("before claim is committed", "after claim", "while transmitting", "after 250")
LEASE = timedelta(seconds=4)
PATIENCE = 2  # seconds a mail server may take for an answer

__all__ = ["app"]


def die(phase: str, row: Notification | None) -> None:
    """If that was ordered for this message."""
    if row is None:
        return
    order = Path(os.environ[FOLDER]) / f"{phase}@{row.id}"
    begun = order.with_name(f"{order.name}.begun")
    try:
        order.rename(begun)
    except FileNotFoundError:
        return
    os.kill(os.getpid() if begun.read_text() == "child" else os.getppid(), signal.SIGKILL)


def after(phase: str, act: Callable[..., Any]) -> Callable[..., Any]:
    """The act, and then death with the row it gave."""

    def done(*words: Any) -> Any:
        row = act(*words)
        die(phase, row)
        return row

    return done


def before(phase: str, act: Callable[..., Any]) -> Callable[..., Any]:
    """Death with the row an act is given, instead of the act."""

    def done(row: Notification, *words: Any) -> Any:
        die(phase, row)
        return act(row, *words)

    return done


def begin(row: Notification, *words: Any) -> bool:
    """The commit that says it may arrive from now on, and then death."""
    is_ours = _begin(row, *words)
    die(PHASES[2], row)
    return is_ours


_begin = jobs._begin
# Only in the processes that are to die: whoever takes the names above from here sends like everybody else.
if FOLDER in os.environ:
    jobs.claim = after(PHASES[0], jobs.claim)
    jobs.claim_next = after(PHASES[0], jobs.claim_next)
    jobs._compose = before(PHASES[1], jobs._compose)
    jobs._begin = begin
    jobs._record = before(PHASES[3], jobs._record)
    claiming.LEASE = LEASE
    mail.SMTP_SECONDS = PATIENCE
    know_errands(app)
