"""What was measured, as a table a person can read and as bench/RESULTS.md, and which limit was not met."""

import os
import platform
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.config import ROOT
from bench import drain as draining
from bench import frame as framing
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
60 % of the half-hours of the past year and the next 60 days are booked, by 500 customers; at the
larger one by 50,000, with 30,000 payments and 100,000 changes in its history.

**× bare**: how many times the bare page a row takes. The bare page is the same application with all that wraps a
request, the layout of the public pages and one SELECT by key. It is asked in turns with the row, by the same client of
the same server, so the ratio says more than milliseconds that differ from machine to machine. It is the median of the
rounds' ratios of medians. A row that takes more than it may ends `bin/bench` with 1. Nothing else should run meanwhile.
What takes longer than half a second alone is not asked by 16 at once.

**Drain**: confirmations that are all due, each with its page, its text and a file for the calendar, into a mail server
on loopback that takes everything. The time outside SMTP is what the senders spend on claiming, asking whether a mail is
still wanted, writing it, and on three commits each; a real mail server adds its own answers to the rest.

**Widget in a frame**: the booking page with the times of a day, in a frame on a website of another origin, opened in
Chromium by somebody who was never there: a phone's screen, 1.6 Mbit/s down, 150 ms to and fro, a processor slowed down
four times, and as on small phones one process for the website and the frame. LCP is the time from asking for the frame
until its largest piece is seen. The bare frame is a document of one sentence with a style and a script of a few hundred
bytes, from the same server through the same door, in turns with the widget. CLS is all that moves by itself once
something is seen. Bytes are those of the answers, compressed, without their heads.

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
    drain: draining.Drain | None = None
    engine: list[Timed] = field(default_factory=list)
    idle: Idle | None = None
    memory: float | None = None
    frame: framing.Framed | None = None

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
        if self.drain:
            found += _missed_in_the_drain(self.drain)
        if self.idle and self.idle.share > MOST_SHARE:
            share = f"{self.idle.share:.1%} of one core"
            found.append(f"{CALENDARS} open calendars take {share}; at most {MOST_SHARE:.0%}")
        if self.memory is not None and self.memory > MEMORY_MB:
            found.append(f"the web tier takes {self.memory:.0f} MB; at most {MEMORY_MB} MB")
        if self.frame:
            found += _missed_in_the_frame(self.frame)
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
        if self.frame:
            yield table(_FRAME_HEADS, _frames(self.frame))
        if self.drain:
            yield table(_DRAIN_HEADS, [_drain(self.drain)])
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
_FRAME_HEADS = [
    "frame, slow network",
    "× bare",
    "at most",
    "LCP ms",
    "slowest ms",
    "CLS",
    "bytes",
    "requests",
]
_DRAIN_HEADS = ["drain", "messages/s", "at least", "sent twice", "outside SMTP"]
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
        *((f"{it.crowd.rate:.0f}", _ms(it.crowd.p99)) if it.crowd.seconds else ("", "")),
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


def _frames(it: framing.Framed) -> list[list[str]]:
    bare = ["bare frame", "1.0", "", *_looks(it.bare)]
    return [bare, ["widget in a frame", f"{it.ratio:.1f}", f"{framing.MOST_RATIO:g}", *_looks(it.widget)]]


def _looks(looks: Sequence[framing.Look]) -> list[str]:
    lcp = [it.lcp for it in looks]
    most = [max(it.cls for it in looks), max(it.bytes for it in looks), max(it.requests for it in looks)]
    return [
        f"{statistics.median(lcp):.0f}",
        f"{max(lcp):.0f}",
        f"{most[0]:.3g}",
        f"{most[1]:,}",
        f"{most[2]}",
    ]


def _missed_in_the_frame(frame: framing.Framed) -> Iterator[str]:
    bytes_, requests = (max(it.bytes for it in frame.widget), max(it.requests for it in frame.widget))
    if frame.ratio > framing.MOST_RATIO:
        yield f"the widget is seen after {frame.ratio:.1f} × the bare frame's time; at most {framing.MOST_RATIO:g} ×"
    if any(it.cls for it in frame.widget):
        yield f"things move in the widget by {max(it.cls for it in frame.widget):.3g}; at most 0"
    if bytes_ >= framing.MOST_BYTES:
        yield f"the widget takes {bytes_:,} bytes; less than {framing.MOST_BYTES:,}"
    if requests > framing.MOST_REQUESTS:
        yield f"the widget takes {requests} requests; at most {framing.MOST_REQUESTS}"


def _drain(it: draining.Drain) -> list[str]:
    return [
        f"{it.messages:,} mails, {draining.WORKERS} workers",
        f"{it.rate:.0f}",
        str(draining.LEAST),
        str(it.taken - it.recipients),
        f"{it.outside:.0%}",
    ]


def _missed_in_the_drain(drain: draining.Drain) -> Iterator[str]:
    if drain.taken != drain.messages or drain.recipients != drain.messages:
        yield f"{drain.messages} mails were due, {drain.taken} arrived, at {drain.recipients} people"
    if drain.rate < draining.LEAST:
        yield f"{drain.rate:.0f} mails are sent in a second; at least {draining.LEAST}"


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
