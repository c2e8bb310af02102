"""The embedded Valkey: doorbells and counters in memory, nothing on disk, so losing it loses nothing."""

import signal
import socket
from pathlib import Path
from typing import IO

from .children import Child, Household
from .errors import EngineError
from .identity import Identity
from .postgres import engine_env

READY_WITHIN = 20.0  # seconds


def socket_path(sockets: Path) -> Path:
    """Where Valkey listens, in the folder of sockets."""
    return sockets / "valkey.sock"


def start(
    server: Path, sockets: Path, identity: Identity, household: Household, log: IO[bytes] | None = None
) -> Child:
    """Full memory drops counters that expire soonest and never a job that waits (those have no expiry)."""
    options = {
        "port": "0",
        "unixsocket": str(socket_path(sockets)),
        "unixsocketperm": "700",
        "dir": str(sockets),
        "save": "",
        "appendonly": "no",
        "maxmemory": "128mb",
        "maxmemory-policy": "volatile-ttl",
        "loglevel": "warning",
        "daemonize": "no",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return household.start(
        "valkey",
        [server, *words],
        kind="valkey",
        env=engine_env(),
        cwd=sockets,
        stop_signal=signal.SIGTERM,
        identity=identity,
        log=log,
        quiet=b"",
    )


def wait_until_ready(server: Child, sockets: Path, household: Household) -> None:
    """Until it answers PING. Raises EngineError if it ends or never does."""
    household.until(lambda: not server.is_alive or answers(sockets), READY_WITHIN)
    if not server.is_alive or not answers(sockets):
        household.explain(server)
        raise EngineError("Valkey could not be started; its own words stand above or in valkey.log.")


def answers(sockets: Path) -> bool:
    """One PING over its socket."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        try:
            line.connect(str(socket_path(sockets)))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def url(sockets: Path) -> str:
    """What goes into REDIS_URL."""
    return f"unix://{socket_path(sockets)}?db=0"
