"""The processes beside the web, started by a test and ended after it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.config import ROOT
from tests.faults.engines import Valkey
from tests.serving import Served

Start = Callable[..., "subprocess.Popen[bytes]"]


def kill_family(process: "subprocess.Popen[bytes]") -> None:
    """kill -9 of a worker and of the child that does its job, at once."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.kill()
    for number in children:
        with suppress(ProcessLookupError):
            os.kill(int(number), signal.SIGKILL)
    process.wait()


@contextmanager
def starting(house: Served, database: str, valkey: Valkey, **more: str) -> Iterator[Start]:
    """Starts `flask clock` or `flask worker`, in a changed environment if need be; all are ended afterwards."""
    environ = os.environ | {
        "DATABASE_URL": database,
        "REDIS_URL": valkey.url,
        "SECRET_KEY": house.app.config["SECRET_KEY"],
        "FLASK_APP": "tests.faults.hasty",
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
        **more,
    }
    running: list[subprocess.Popen[bytes]] = []
    with house.log.open("wb") as log:

        def begin(name: str, **changes: str) -> "subprocess.Popen[bytes]":
            command = [sys.executable, "-m", "flask", name]
            running.append(subprocess.Popen(command, cwd=ROOT, env=environ | changes, stdout=log, stderr=log))
            return running[-1]

        try:
            yield begin
        finally:
            for process in running:
                process.kill()
                process.wait()
