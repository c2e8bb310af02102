"""Measures Daybook: `bin/bench`. The words are parts of the names of the rows that are wanted; without any, all are.

The exit status is 1 when a limit is not met.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable

from flask import Flask
from sqlalchemy import text

from app.core import clock
from app.core.db import db, work_patiently
from bench import desk, stall
from bench.client import Address
from bench.dataset import Salon, open_salon, settle_down
from bench.drain import drain
from bench.engine import engine_timings
from bench.frame import find_chromium, look_at_frames
from bench.idle import leave_open
from bench.measuring import FULL, QUICK, Effort, measure
from bench.pages import bench_app
from bench.race import race
from bench.report import RESULTS, Report
from bench.rows import Row, bare, rows_for
from bench.serving import environment, migrate, serving

Wanted = Callable[[str], bool]
LARGE = 50


def main(words: list[str]) -> int:
    asked = _parser().parse_args(words)
    effort = QUICK if asked.quick else FULL
    sizes = [asked.staff] if asked.staff else [10] if asked.quick else [10, LARGE]
    load, environ = os.getloadavg()[0], environment()
    _say("Making the database.")
    migrate(environ)
    app = bench_app(environ | {"LOG_LEVEL": "WARNING"})
    work_patiently(app.config)
    app.config["DATABASE_TRANSACTION_MS"] = 0  # Nobody else waits for what loading locks.
    with app.app_context():
        salons = _load(sizes)
        _say("Measuring.")
        report = Report(clock.now(), load, _postgres())
        try:
            _measure(app, environ, salons, effort, _wanted(asked.rows), report)
        except BaseException:
            # What took half an hour is not lost with what failed after it.
            print(report.text())
            raise
    if not (report.pages or report.race or report.idle or report.drain or report.engine or report.frame):
        raise SystemExit(f"No row is called {' or '.join(asked.rows)}.")
    print(report.text())
    if not (asked.quick or asked.staff or asked.rows):
        report.write()
        _say(f"Written to {RESULTS.parent.name}/{RESULTS.name}.")
    return 1 if report.missed() else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything; prints only")
    parser.add_argument("--staff", type=int, choices=(10, LARGE), help="only the business of so many people")
    parser.add_argument("rows", nargs="*", help="page, day, month, hold, widget, race, idle, drain, engine …")
    return parser


def _wanted(words: list[str]) -> Wanted:
    return lambda name: not words or any(word.lower() in name.lower() for word in words)


def _load(sizes: list[int]) -> list[Salon]:
    salons = []
    for size in sizes:
        _say(f"Loading a business of {size} people.")
        if size == LARGE:
            salon = open_salon(size, clock.now(), customers=desk.CUSTOMERS)
            desk.give_past(salon)
            stall.open_stall(salon)
        else:
            salon = open_salon(size, clock.now())
        salons.append(salon)
        db.session.commit()
    settle_down(db.engine)
    return salons


def _measure(
    app: Flask, environ: dict[str, str], salons: list[Salon], effort: Effort, wanted: Wanted, report: Report
) -> None:
    # Whatever a collection finds here is nothing the server waits for.
    gc.collect()
    gc.disable()
    with serving(environ) as served:
        rows = [row for salon in salons for row in _rows(salon) if wanted(row.name)]
        if rows:
            report.pages = measure(app, served.address, rows, bare(salons[0]), effort)
        if wanted("race"):
            report.race = race(served.address, salons[0], effort.races)
        if wanted("idle"):
            report.idle = leave_open(served, salons[0], effort.idle_seconds)
        report.memory = served.memory()
        if wanted("widget in a frame"):
            _look_at_frames(served.address, salons[0], effort, report)
    if wanted("drain"):
        report.drain = drain(environ, salons, effort.mails)
    if wanted("engine"):
        report.engine = [timed for salon in salons for timed in engine_timings(salon, effort.timings)]


def _rows(salon: Salon) -> list[Row]:
    more = [*desk.desk_rows(salon), *stall.stall_rows(salon)] if len(salon.people) == LARGE else []
    return [*rows_for(salon), *more]


def _look_at_frames(address: Address, salon: Salon, effort: Effort, report: Report) -> None:
    chromium = find_chromium()
    if chromium:
        report.frame = look_at_frames(address, salon, chromium, effort.frames)
    else:
        _say("There is no Chromium here, so the widget is not looked at in a frame.")


def _postgres() -> str:
    version = str(db.session.execute(text("SHOW server_version")).scalar_one())
    db.session.rollback()
    return version.split()[0]


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
