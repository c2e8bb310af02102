"""Ends what a killed supervisor left behind: engines by number, everything else by the leash in its environment.

A program of its own that imports only the standard library, so it is small and sees none of its parent's memory.
It says nothing; it has no terminal.
"""

import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator

LEASH = "DAYBOOK_LEASH"
SERVICES_GET = 1.0  # seconds to end by themselves, since the kernel told them already
POSTGRES_GETS = 8.0  # seconds for a clean shutdown before it is cut short


def leashed(leash: str) -> Iterator[int]:
    """Numbers of the processes that carry this leash or one inside it. Empty where there is no /proc."""
    word = f"{LEASH}={leash}".encode()
    try:
        numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except FileNotFoundError:
        return
    for pid in numbers:
        try:
            with open(f"/proc/{pid}/environ", "rb") as environ:
                words = environ.read().split(b"\0")
        except OSError:
            continue
        if pid != os.getpid() and any(found == word or found.startswith(word + b"/") for found in words):
            yield pid


def end(pid: int, how: int) -> bool:
    """False if there is no such process any more."""
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def end_group(pid: int) -> None:
    """Kills the group this process leads; never a group it merely belongs to."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def end_leashed(leash: str) -> None:
    """Kills until none is left, because one may fork while we look."""
    while pids := [pid for pid in leashed(leash) if is_alive(pid)]:
        for pid in pids:
            end(pid, signal.SIGKILL)
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """A zombie is not alive: it only waits for its parent to read its exit code."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            return stat.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except FileNotFoundError:
        if os.path.exists("/proc/self"):
            return False
    except OSError:
        return False
    return end(pid, 0)


def wait_for(pids: list[int], seconds: float) -> bool:
    """True once none of these processes is alive."""
    until = time.monotonic() + seconds
    while any(is_alive(pid) for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def clean_up(watched: dict[int, str], leash: str) -> None:
    """The supervisor is dead: services first, engines after them, PostgreSQL as gently as it lets us."""
    services = [pid for pid, kind in watched.items() if kind == "service"]
    postgres = [pid for pid, kind in watched.items() if kind == "postgres"]
    valkey = [pid for pid, kind in watched.items() if kind == "valkey"]
    if sys.platform != "linux":
        for pid in services:
            end(pid, signal.SIGTERM)
    wait_for([*services, *leashed(leash)], SERVICES_GET)
    for pid in services:
        end_group(pid)
        end(pid, signal.SIGKILL)
    end_leashed(leash)
    for pid in valkey:
        end(pid, signal.SIGKILL)
    for how, seconds in ((signal.SIGINT, POSTGRES_GETS), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 1.0)):
        if wait_for(postgres, 0):
            break
        for pid in postgres:
            end(pid, how)
        wait_for(postgres, seconds)


def main(pipe: int, leash: str) -> None:
    """Listens until the supervisor says goodbye or falls silent."""
    for unwanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(unwanted, signal.SIG_IGN)
    watched: dict[int, str] = {}
    folders = []
    with os.fdopen(pipe) as lines:
        for line in lines:
            word, _, rest = line.rstrip("\n").partition(" ")
            if word == "watch":
                pid, kind = rest.split()
                watched[int(pid)] = kind
            elif word == "forget":
                watched.pop(int(rest), None)
            elif word == "remove":
                folders.append(rest)
            elif word == "goodbye":
                return
    clean_up(watched, leash)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
