"""The web tier as the Procfile starts it, and how much memory it takes."""

import os
import re
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.config import ROOT
from app.core.engines import procfile
from bench.client import Address, Call, Clients

READY_WITHIN = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Served:
    """The running server."""

    address: Address
    process: "subprocess.Popen[bytes]"

    def memory(self) -> float | None:
        """Proportional set size of the whole web tier in MB: memory that processes share is counted once."""
        return megabytes(self.process.pid)


def environment() -> dict[str, str]:
    """A production's, but for limits per address: every visitor of a benchmark comes from the same one."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if name != "WEB_CONCURRENCY"}
    return inherited | {
        "DAYBOOK_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "RATELIMIT_ENABLED": "0",
        "MINIMUM_FILL_SECONDS": "0",
        "HOLDS_PER_ADDRESS": "1000000",
        "HOLDS_PER_ADDRESS_AND_BUSINESS": "1000000",
    }


def migrate(environ: Mapping[str, str]) -> None:
    """What the Procfile does before a release."""
    said = subprocess.run(
        procfile.shell(commands()["release"]), cwd=ROOT, env=environ, capture_output=True, text=True
    )
    if said.returncode:
        raise SystemExit(said.stdout + said.stderr)


@contextmanager
def serving(environ: Mapping[str, str]) -> Iterator[Served]:
    """The server of the Procfile with our pages added, stopped at the end."""
    web = commands()["web"]
    ours = re.sub(r"\bwsgi:app\b", "bench.wsgi:app", web)
    assert ours != web, "the Procfile serves something else than wsgi:app"
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(procfile.shell(ours), cwd=ROOT, env=environ, stdout=log, stderr=log)
        try:
            served = Served(("127.0.0.1", int(environ["PORT"])), server)
            if not is_ready(served):
                log.seek(0)
                raise SystemExit(log.read().decode(errors="replace"))
            yield served
        finally:
            server.terminate()
            server.wait(20)


def is_ready(served: Served) -> bool:
    """Whether it answers before long."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and served.process.poll() is None:
        try:
            with Clients(served.address, 1) as clients:
                [answer] = clients.exchange([[Call("/healthz")]])
                return answer.status == 200
        except OSError:
            time.sleep(0.1)
    return False


def commands() -> dict[str, str]:
    return procfile.read(ROOT / "Procfile")


def megabytes(pid: int) -> float | None:
    """The proportional set size of a process and all it started; None where the system does not tell."""
    try:
        kilobytes = sum(_kilobytes(one) for one in family(pid))
    except OSError:
        return None
    return kilobytes / 1024


def family(pid: int) -> Iterator[int]:
    """A process and all it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from family(int(child))


def _kilobytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
