"""Ties every child to the supervisor's life, so that nothing outlives even a kill -9.

Two ropes. The kernel's: PR_SET_PDEATHSIG asks Linux to signal a child when the thread that forked it ends (the
supervisor therefore forks from its main thread only, and has no other). The guard's: a small watching program
(guard.py) that finds grandchildren, such as granian's workers, by a word in their environment.
"""

import contextlib
import ctypes
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from . import guard as guard_program

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with(parent: int, stop_signal: signal.Signals) -> None:
    """Called in the child before exec, after any change of identity (that change would untie the rope)."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def new_leash(outer: str | None) -> str:
    """A word no other supervisor uses. One started inside another carries both words, so the outer guard sees it."""
    return f"{outer or ''}/{secrets.token_hex(8)}"


class Guard:
    """The supervisor's end of the pipe to guard.py. Silence without a goodbye means the supervisor was killed."""

    def __init__(self, leash: str, lock: int | None) -> None:
        """`lock` is the descriptor of the data folder's lock; the guard keeps it until its work is done."""
        reading, self._writing = os.pipe()
        self._program = subprocess.Popen(
            [sys.executable, "-I", Path(guard_program.__file__), str(reading), leash],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[reading] if lock is None else [reading, lock],
            start_new_session=True,
            cwd="/",
        )
        os.close(reading)

    def _say(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(self._writing, f"{line}\n".encode())

    def watch(self, pid: int, kind: str) -> None:
        """`kind` is postgres, valkey or service: what it is decides how it is ended."""
        self._say(f"watch {pid} {kind}")

    def forget(self, pid: int) -> None:
        """The child ended and was reaped; its number may soon belong to a stranger."""
        self._say(f"forget {pid}")

    def remove(self, folder: Path) -> None:
        """A folder that must not outlive the supervisor."""
        self._say(f"remove {folder}")

    def goodbye(self) -> None:
        """Everything was stopped in order; the guard may go."""
        self._say("goodbye")
        os.close(self._writing)
        self._program.wait()


def before_exec(
    become: Callable[[], None] | None, parent: int, stop_signal: signal.Signals
) -> Callable[[], None]:
    """What a child does between fork and exec: take its identity, then tie itself to its parent."""

    def prepare() -> None:
        if become is not None:
            become()
        die_with(parent, stop_signal)

    return prepare
