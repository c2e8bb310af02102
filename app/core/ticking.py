"""What the clock process has rung for, so that two clocks do no harm."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Model, db
from app.core.jobs import ring


class CronRun(Model):
    """One task at one slot of time, rung for by whichever clock was first."""

    __tablename__ = "cron_runs"

    task: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)


@dataclass(frozen=True, slots=True)
class Task:
    """A job that is due once in every `every`."""

    job: Callable[[], Any]
    every: timedelta


def tick(tasks: Mapping[str, Task], now: datetime) -> list[str]:
    """Ring for each task nobody has rung for in this slot of time; their names.

    Each claim is committed before its ring. A ring nobody heard is forgotten again, so that the next tick
    tries once more.
    """
    rung = []
    for name, task in tasks.items():
        slot = now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % task.every
        if not _claim(name, slot):
            continue
        if ring(task.job):
            rung.append(name)
        else:
            db.session.execute(delete(CronRun).filter_by(task=name, slot=slot))
    db.session.execute(delete(CronRun).where(CronRun.slot < now - timedelta(days=2)))
    db.session.commit()
    return rung


def _claim(name: str, slot: datetime) -> bool:
    """Whether this clock is the first to come to the task in this slot."""
    row = insert(CronRun).values(task=name, slot=slot).on_conflict_do_nothing().returning(CronRun.slot)
    first = db.session.execute(row).first() is not None
    db.session.commit()
    return first


def keep_ticking(tasks: Mapping[str, Task], report: Callable[[Exception], None], seconds: int = 5) -> None:
    """Tick for ever. A database that is away is reported and tried again at the next tick."""
    while True:
        try:
            tick(tasks, clock.now())
        except DBAPIError as error:
            report(error)
        finally:
            db.session.remove()
        time.sleep(seconds)
