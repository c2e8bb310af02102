"""What was measured, as a table a person can read and as bench/RESULTS.md, and which limit was not met."""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.config import ROOT
from bench import race as racing
from bench.engine import Timed
from bench.idle import CALENDARS, MOST_SHARE, Idle
from bench.measuring import CROWD, Measured, percentile

RESULTS = ROOT / "bench" / "RESULTS.md"
MEMORY_MB = 220  # at most, the whole web tier
EXPLANATION = """# Numbers

Written by `bin/bench`. It starts PostgreSQL and Valkey for itself (without fsync), loads a business of 10 people and
one of 50, serves Daybook as the Procfile does, asks it and prints what stands here. `bin/bench --quick` takes less time
and writes nothing.

**Businesses**: Monday to Saturday 9:00–13:00 and 14:00–18:00, one service of 30 minutes on a grid of 15, done by all;
60 % of the half-hours of the past year and the next 60 days are booked, by 500 customers.

**× bare**: how many times the bare page a row takes. The bare page is the same application with all that wraps a
request, the layout of the public pages and one SELECT by key. It is asked in turns with the row, by the same client of
the same server, so the ratio says more than milliseconds that differ from machine to machine. It is the median of the
rounds' ratios of medians. A row that takes more than it may ends `bin/bench` with 1. Nothing else should run meanwhile.

**Peer** is the fastest of the open booking programs that were measured on a machine of this size. Nothing is kept from
one answer to the next: every one asks the database. Limits per address are off, because one address asks everything.
"""


@dataclass(slots=True)
class Report:
    """Everything that was measured; parts nobody asked for are empty. `load` is how busy the machine was before."""

    at: datetime
    load: float
    postgres: str
    pages: list[Measured] = field(default_factory=list)
    race: racing.Race | None = None
    engine: list[Timed] = field(default_factory=list)
    idle: Idle | None = None
    memory: float | None = None

    def text(self) -> str:
        """The tables, in Markdown that is aligned for the terminal too."""
        return "\n".join(self._parts()) + "\n"

    def write(self) -> None:
        """Keep it for whoever reads the repository."""
        RESULTS.write_text(f"{EXPLANATION}\n{self.text()}")

    def missed(self) -> list[str]:
        """A sentence for each limit that was not met."""
        found = [
            f"{it.row.name} takes {it.ratio:.1f} × the bare page; at most {it.row.most:g} ×"
            for it in self.pages
            if it.row.most is not None and it.ratio > it.row.most
        ]
        if self.race:
            found += _missed_in_the(self.race)
        if self.idle and self.idle.share > MOST_SHARE:
            share = f"{self.idle.share:.1%} of one core"
            found.append(f"{CALENDARS} open calendars take {share}; at most {MOST_SHARE:.0%}")
        if self.memory is not None and self.memory > MEMORY_MB:
            found.append(f"the web tier takes {self.memory:.0f} MB; at most {MEMORY_MB} MB")
        return found

    def _parts(self) -> Iterator[str]:
        yield f"{self.at:%d %B %Y}; {_machine()}, PostgreSQL {self.postgres}; load before: {self.load:.1f}.\n"
        if self.pages:
            yield table(_PAGE_HEADS, [_page(it) for it in self.pages])
        if self.race:
            yield table(_RACE_HEADS, [_race(self.race)])
        if self.idle:
            yield (
                f"{CALENDARS} calendars left open for {self.idle.seconds:.0f} s while nothing happened:"
                f" {self.idle.share:.1%} of one core, web and database; at most {MOST_SHARE:.0%}.\n"
            )
        if self.memory is not None:
            yield f"Memory of the web tier afterwards: {self.memory:.0f} MB PSS; at most {MEMORY_MB} MB.\n"
        if self.engine:
            yield table(_ENGINE_HEADS, [_engine(it) for it in self.engine])
        yield "\n".join(f"Not met: {sentence}." for sentence in self.missed()) or "All limits are met."


_PAGE_HEADS = [
    "page",
    "× bare",
    "at most",
    "p50 ms",
    "p99 ms",
    "req/s",
    f"req/s of {CROWD}",
    f"p99 ms of {CROWD}",
    "queries",
    "peer ms",
]
_RACE_HEADS = ["race", "exactly one winner", "5xx", "p50 ms", "p99 ms", "at most", "peer"]
_ENGINE_HEADS = ["engine, without a server", "p50 ms", "fastest ms", "remark"]


def table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column to the left, the others to the right."""
    widths = [max(len(line[n]) for line in [heads, *lines]) for n in range(len(heads))]

    def row(cells: Sequence[str]) -> str:
        first, *rest = (
            cell.rjust(width) if n else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return f"| {' | '.join([first, *rest])} |"

    ruler = [("-" * (width - 1) + ":") if n else "-" * width for n, width in enumerate(widths)]
    return "\n".join([row(heads), row(ruler), *map(row, lines), ""])


def _page(it: Measured) -> list[str]:
    return [
        it.row.name,
        f"{it.ratio:.1f}",
        "" if it.row.most is None else f"{it.row.most:g}",
        _ms(it.alone.p50),
        _ms(it.alone.p99),
        f"{it.alone.rate:.0f}",
        f"{it.crowd.rate:.0f}",
        _ms(it.crowd.p99),
        str(it.queries),
        "" if it.row.peer_ms is None else f"{it.row.peer_ms:,g}",
    ]


def _race(it: racing.Race) -> list[str]:
    return [
        f"{racing.CLIENTS} clients, one place",
        f"{it.right} of {it.rounds}",
        str(it.broken),
        _ms(it.p50),
        _ms(it.p99),
        str(racing.P99_MS),
        f"{racing.PEER_ROUNDS} of 20",
    ]


def _missed_in_the(race: racing.Race) -> Iterator[str]:
    if race.right < race.rounds:
        yield f"{race.right} of {race.rounds} races had exactly one winner; at least {race.rounds}"
    if race.broken:
        yield f"{race.broken} answers of the race were 5xx; at most 0"
    if race.p99 * 1000 >= racing.P99_MS:
        yield f"the race's p99 is {race.p99 * 1000:.0f} ms; less than {racing.P99_MS} ms"


def _engine(it: Timed) -> list[str]:
    return [it.name, _ms(percentile(it.seconds, 50)), _ms(min(it.seconds)), it.remark]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.2f}" if seconds < 0.1 else f"{seconds * 1000:.0f}"


def _machine() -> str:
    return f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
