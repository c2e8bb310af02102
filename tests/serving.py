"""The real server on a real port, for tests that need many clients or a browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from flask import Flask

from app.config import ROOT
from tests.reading import soup


@dataclass(frozen=True)
class Served:
    """A running Daybook: its address, an app on the same database for making rows, and the log of the server."""

    url: str
    app: Flask
    log: Path

    def tokens(self, page: str, count: int) -> list[str]:
        """Flow tokens of so many visitors, as each browser finds one in the form of the page."""
        with httpx.Client(verify=False) as browser:
            pages = [soup(browser.get(self.url + page)) for _ in range(count)]
        return [str(it.select_one("input[name=flow]")["value"]) for it in pages]  # type: ignore[index]


@contextmanager
def serving(
    app: Flask, database_url: str, log: Path, workers: int = 2, target: str = "wsgi:app", **more: str
) -> Iterator[Served]:
    """Granian on a free port of loopback, as in production but for limits per address; stopped at the end.

    `target` is what it serves, `more` further settings in its environment.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environ = os.environ | {
        "DATABASE_URL": database_url,
        "SECRET_KEY": app.config["SECRET_KEY"],
        "DAYBOOK_DATA": str(app.config["DAYBOOK_DATA"]),
        "PUBLIC_BASE_URL": url,
        "RATELIMIT_ENABLED": "0",
        "MINIMUM_FILL_SECONDS": "0",
        # Every visitor of every test comes from the same address.
        "HOLDS_PER_ADDRESS": "10000",
        "HOLDS_PER_ADDRESS_AND_BUSINESS": "10000",
        "LOG_LEVEL": "WARNING",
        **more,
    }
    granian = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", target]
    options = [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        str(workers),
        "--blocking-threads",
        "4",
        "--no-ws",
        "--respawn-failed-workers",
        "--workers-kill-timeout",
        "1",  # A worker that is asked to stop while it still starts does not hear it.
    ]
    with log.open("w") as out:
        server = subprocess.Popen([*granian, *options], cwd=ROOT, env=environ, stdout=out, stderr=out)
        try:
            wait_until_ready(url, server, log)
            yield Served(url, app, log)
        finally:
            server.terminate()
            server.wait(20)


def wait_until_ready(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait for the first answer, at most 20 seconds."""
    for _ in range(200):
        assert server.poll() is None, log.read_text()
        try:
            httpx.get(f"{url}/healthz", timeout=1).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def free_port() -> int:
    """A port nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
