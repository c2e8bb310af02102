"""What calendars cost that are left open while nothing happens."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from app.core.db import db
from bench.client import Clients
from bench.dataset import Salon
from bench.rows import calendar_poll
from bench.serving import Served, family

CALENDARS = 20
EVERY = 2.0  # Seconds, as static/js/calendar.js asks.
MOST_SHARE = 0.05
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Idle:
    """How long it was watched, and how long processors were busy with it: web and database. Seconds."""

    seconds: float
    busy: float

    @property
    def share(self) -> float:
        """Of one core."""
        return self.busy / self.seconds


def leave_open(served: Served, salon: Salon, seconds: float) -> Idle:
    """Let CALENDARS ask for what is new, for so many seconds in which nothing is."""
    row = calendar_poll(salon)
    database = _parent(int(db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()))
    db.session.rollback()
    with Clients(served.address, CALENDARS) as clients:
        clients.exchange([row.calls(1) for _ in range(CALENDARS)])
        db.session.rollback()
        before, began = _busy(served.process.pid, database), time.monotonic()
        while time.monotonic() < began + seconds:
            asked = time.monotonic()
            answers = clients.exchange([row.calls(1) for _ in range(CALENDARS)])
            # What asks which calls there are is a transaction, and one that does nothing for long is ended.
            db.session.rollback()
            assert {answer.status for answer in answers} == {row.status}
            time.sleep(max(0.0, asked + EVERY - time.monotonic()))
        return Idle(time.monotonic() - began, _busy(served.process.pid, database) - before)


def _busy(*pids: int) -> float:
    """Seconds of processor time that these processes and all they started have taken."""
    return sum(_ticks(one) for pid in pids for one in family(pid)) / _TICK


def _ticks(pid: int) -> int:
    return sum(int(field) for field in _stat(pid)[11:13])


def _parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _stat(pid: int) -> list[str]:
    """What the system says of a process, from its state on: a name may hold spaces, and stands in brackets."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
