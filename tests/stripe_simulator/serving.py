"""The simulator on a real port, served by granian in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.config import ROOT
from tests.stripe_simulator.app import URL

THREADS = "64"  # Requests that hang take one each.
PATIENCE = 20  # seconds


class NotReady(Exception):
    """It did not start."""


@dataclass(frozen=True)
class Server:
    """A running simulator."""

    url: str
    process: "subprocess.Popen[bytes]"


@contextmanager
def serving(
    port: int, log: Path | None = None, host: str = "127.0.0.1", url: str | None = None
) -> Iterator[Server]:
    """Stopped at the end. `url` is where browsers find it. Raises NotReady, with what it said if there is a log."""
    inside = f"http://{host}:{port}"
    program = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory"]
    options = ["--workers", "1", "--blocking-threads", THREADS, "--no-ws", "--log-level", "error"]
    command = [*program, "tests.stripe_simulator.app:create", "--host", host, "--port", str(port), *options]
    with open(log or os.devnull, "wb") as out:
        environ = os.environ | {URL: url or inside}
        process = subprocess.Popen(
            [*command, "--workers-kill-timeout", "1"], cwd=ROOT, env=environ, stdout=out, stderr=out
        )
        try:
            _wait_until_ready(inside, process, log)
            yield Server(inside, process)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path | None) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            httpx.get(f"{url}/_sim/ready", timeout=1).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise NotReady(f"The Stripe simulator does not answer on {url}. {log.read_text() if log else ''}")
