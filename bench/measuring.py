"""Rows measured in turns with the bare page, so that whatever else the machine does hits both."""

import contextvars
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from sqlalchemy import event

from app.core.db import db
from bench.client import Address, Answer, Call, Clients
from bench.rows import Row

CROWD = 16
# What reads a whole year is asked less often: no row takes much longer than that (seconds), alone or by the crowd.
PATIENCE = 60
# What takes longer alone (seconds) is nothing a crowd asks for at once, and would only wait for itself.
CROWDED = 0.5


@dataclass(frozen=True, slots=True)
class Effort:
    """How often everything is done: rounds of so many calls by one client, then by each of the crowd."""

    rounds: int
    calls: int
    crowd_rounds: int
    crowd_calls: int
    races: int
    timings: int
    idle_seconds: int
    mails: int
    frames: int


FULL = Effort(
    rounds=20,
    calls=30,
    crowd_rounds=6,
    crowd_calls=10,
    races=20,
    timings=60,
    idle_seconds=30,
    mails=10_000,
    frames=15,
)
QUICK = Effort(
    rounds=5,
    calls=8,
    crowd_rounds=2,
    crowd_calls=4,
    races=5,
    timings=10,
    idle_seconds=10,
    mails=500,
    frames=3,
)


@dataclass(slots=True)
class Sample:
    """Seconds of many answers, and how long it took until all were there."""

    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    def add(self, answers: Sequence[Answer], elapsed: float | None = None) -> float:
        """Their median. One client's time is that of its answers; a crowd's is what the clock says."""
        seconds = [answer.seconds for answer in answers]
        self.seconds += seconds
        self.elapsed += sum(seconds) if elapsed is None else elapsed
        return statistics.median(seconds)

    @property
    def p50(self) -> float:
        return percentile(self.seconds, 50)

    @property
    def p99(self) -> float:
        return percentile(self.seconds, 99)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.seconds) / self.elapsed


@dataclass(slots=True)
class Measured:
    """What came out: `ratio` is the median over all rounds of the row's median by the bare page's of that round."""

    row: Row
    queries: int
    alone: Sample = field(default_factory=Sample)
    crowd: Sample = field(default_factory=Sample)
    ratios: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios) if self.ratios else 1.0


def measure(app: Flask, address: Address, rows: Sequence[Row], bare: Row, effort: Effort) -> list[Measured]:
    """The bare page first, then each row."""
    beside = Measured(bare, count_queries(app, bare))
    _measure_crowd(address, beside, _bearable(address, bare, effort))
    found = [beside]
    for row in rows:
        measured = Measured(row, count_queries(app, row))
        bearable = _bearable(address, row, effort)
        for _ in range(effort.rounds):
            unit = beside.alone.add(_ask(address, bare, 1, effort.calls)[0])
            measured.ratios.append(measured.alone.add(_ask(address, row, 1, bearable.calls)[0]) / unit)
        _measure_crowd(address, measured, bearable)
        db.session.rollback()
        found.append(measured)
    return found


def count_queries(app: Flask, row: Row) -> int:
    """How many statements an answer takes, savepoints included, BEGIN and COMMIT not."""
    [call] = row.calls(1)
    seen = 0

    def note(*_: Any) -> None:
        nonlocal seen
        seen += 1

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        # A context of its own, or the request would find in our session what it has to ask the database for.
        answer = contextvars.Context().run(
            app.test_client(use_cookies=False).open,
            call.path,
            method="GET" if call.form is None else "POST",
            headers=dict(call.headers),
            data=call.form,
        )
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    check(row, [Answer(answer.status_code, 0, answer.data + str(answer.location).encode())])
    row.undo()
    # What follows takes a while, and PostgreSQL cuts off whoever keeps a transaction open that long.
    db.session.rollback()
    return seen


def check(row: Row, answers: Sequence[Answer]) -> None:
    """A wrong answer is fast, so it ends the benchmark."""
    for answer in answers:
        if answer.status != row.status or row.says not in answer.text:
            raise SystemExit(f"{row.name}: answered {answer.status}\n{answer.text.decode(errors='replace')}")


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of the values that so many percent of them do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def _bearable(address: Address, row: Row, effort: Effort) -> Effort:
    """How often a row is asked, by how long it takes; by a crowd not at all if that is long.

    Every thread of every worker has answered once before a crowd is measured.
    """
    [_, answer] = _ask(address, row, 1, 2)[0]
    if answer.seconds <= CROWDED:
        _ask(address, row, CROWD, 2)
        [answer] = _ask(address, row, 1, 1)[0]
    return bearable(effort, answer.seconds)


def bearable(effort: Effort, seconds: float) -> Effort:
    """The effort for a row that takes so long alone."""
    alone = int(PATIENCE / seconds / effort.rounds)
    crowd = int(PATIENCE / seconds / effort.crowd_rounds / CROWD)
    return replace(
        effort,
        calls=max(1, min(effort.calls, alone)),
        crowd_rounds=effort.crowd_rounds if seconds <= CROWDED else 0,
        crowd_calls=max(1, min(effort.crowd_calls, crowd)),
    )


def _measure_crowd(address: Address, measured: Measured, effort: Effort) -> None:
    for _ in range(effort.crowd_rounds):
        measured.crowd.add(*_ask(address, measured.row, CROWD, effort.crowd_calls))


def _ask(address: Address, row: Row, clients: int, calls: int) -> tuple[list[Answer], float]:
    """The answers to each client's calls, and how many seconds it took until all were there."""
    asked = row.calls(clients * calls)
    queues: list[list[Call]] = [asked[n::clients] for n in range(clients)]
    with Clients(address, clients) as crowd:
        began = time.perf_counter()
        answers = crowd.exchange(queues)
        elapsed = time.perf_counter() - began
    check(row, answers)
    row.undo()
    return answers, elapsed
