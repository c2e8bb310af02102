"""Thousands of due mails, and how fast workers send them to a server that takes everything."""

import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.config import ROOT
from app.core import clock
from app.core.db import db
from app.core.engines import procfile
from app.core.jobs import ring
from app.notifications.jobs import deliver_due
from bench.dataset import Salon
from bench.serving import a_free_port, commands

WORKERS = 2
LEAST = 100  # messages per second
PATIENCE = 600  # seconds
NOTES = "BENCH_NOTES"  # The setting that names the file in which workers note how long they took.

_DUE = text("""
    WITH ahead AS (
        SELECT b.id, row_number() OVER (ORDER BY b.id) AS place, count(*) OVER () AS number
          FROM bookings b
          JOIN appointments a ON a.business_id = b.business_id AND a.id = b.appointment_id
         WHERE b.business_id = :business AND b.status = 'confirmed' AND a.starts_at > :now)
    INSERT INTO notifications (business_id, subject_kind, subject_id, dedupe_key, kind, recipient, language, send_at)
    SELECT :business, 'booking', ahead.id, 'bench:' || :business || ':' || n, 'booking_confirmed',
           'guest' || n || '@' || :business || '.example', 'en-GB', :due
      FROM generate_series(:first, :last) n
      JOIN ahead ON ahead.place = 1 + n % ahead.number
""")
_SENT = text("""
    SELECT count(*) FILTER (WHERE status = 'sent') AS sent, count(*) FILTER (WHERE status = 'pending') AS pending,
           extract(epoch FROM max(sent_at) - min(transmitting_at)) AS seconds
      FROM notifications WHERE dedupe_key LIKE 'bench:%'
""")


@dataclass(frozen=True, slots=True)
class Drain:
    """`taken` by the server, for so many `recipients`; `outside` is the share of time that SMTP did not take."""

    messages: int
    seconds: float
    taken: int
    recipients: int
    outside: float

    @property
    def rate(self) -> float:
        """Messages per second."""
        return self.messages / self.seconds


def drain(environ: Mapping[str, str], salons: Sequence[Salon], messages: int) -> Drain:
    """Send so many confirmations, of all salons in turn, by WORKERS workers."""
    _plan(salons, messages)
    with tempfile.TemporaryDirectory() as folder, _sink() as port:
        notes = Path(folder) / "notes"
        notes.touch()
        mail = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(port), "MAIL_DEFAULT_SENDER": "b@example.com"}
        more = {"FLASK_APP": "bench.posting", NOTES: str(notes), "LOG_LEVEL": "ERROR"}
        with _workers({**environ, **mail, **more}):
            sent = _wait(messages)
        taken, recipients = _ask(port)
        spent = [[float(word) for word in line.split()] for line in notes.read_text().splitlines()]
    whole = sum(it[1] for it in spent if it[0])
    return Drain(
        sent.sent, float(sent.seconds), taken, recipients, 1 - sum(it[2] for it in spent if it[0]) / whole
    )


def _plan(salons: Sequence[Salon], messages: int) -> None:
    now = clock.now()
    for n, salon in enumerate(salons):
        share = range(messages)[n :: len(salons)]
        words = {"business": salon.business, "now": now, "due": now - timedelta(minutes=1)}
        db.session.execute(_DUE, words | {"first": 1, "last": len(share)})
    db.session.commit()
    db.session.execute(text("ANALYZE notifications"))
    db.session.commit()


def _wait(messages: int) -> Any:
    until = time.monotonic() + PATIENCE
    while True:
        ring(deliver_due)
        sent = db.session.execute(_SENT).one()
        db.session.rollback()
        if sent.sent == messages:
            # Until the drains have written their notes.
            time.sleep(2)
            return sent
        if time.monotonic() > until:
            raise SystemExit(f"drain: {sent.sent} of {messages} mails were sent within {PATIENCE} s")
        time.sleep(0.2)


@contextmanager
def _sink() -> Iterator[int]:
    port = a_free_port()
    server = subprocess.Popen([sys.executable, "-m", "bench.sink", str(port)], cwd=ROOT)
    try:
        for _ in range(100):
            try:
                _ask(port)
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


def _ask(port: int) -> tuple[int, int]:
    """How many mails the sink has taken, and to how many recipients."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench") as office:
        mails, recipients = office.noop()[1].split()
        return int(mails), int(recipients)


@contextmanager
def _workers(environ: Mapping[str, str]) -> Iterator[None]:
    command = procfile.shell(commands()["worker"])
    with open(os.devnull, "wb") as log:
        running = [
            subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log) for _ in range(WORKERS)
        ]
        try:
            yield
        finally:
            for worker in running:
                worker.terminate()
            for worker in running:
                worker.wait(30)
