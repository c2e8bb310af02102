"""Children of the supervisor, their lines on the terminal, and waiting without threads."""

import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TextIO

from . import guard
from .errors import StopAsked
from .identity import Identity
from .leash import Guard, before_exec

LINE_LIMIT = 65_536  # bytes kept while a child has not ended its line
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Child:
    """One process we started, and how it wants to be stopped."""

    name: str
    popen: subprocess.Popen[bytes]
    stop_signal: signal.Signals
    leash: str | None = None
    quiet: bytes | None = None  # lines that begin so are not printed, only remembered
    remembered: deque[bytes] = field(default_factory=lambda: deque(maxlen=20), repr=False)
    unfinished: bytes = field(default=b"", repr=False)

    @property
    def is_alive(self) -> bool:
        return self.popen.poll() is None

    def ask_to_stop(self, how: signal.Signals | None = None) -> None:
        """Does nothing if it ended already."""
        if self.is_alive:
            self.popen.send_signal(how or self.stop_signal)

    def end_rest(self) -> None:
        """Kills what a dead child left behind: workers it forked, and their children."""
        guard.end_group(self.popen.pid)
        if self.leash:
            guard.end_leashed(self.leash)


class Household:
    """Starts children, prints what they say, and waits. Everything happens in the main thread."""

    def __init__(self, lookout: Guard, leash: str, voice: TextIO, names: Sequence[str] = ()) -> None:
        """`names` are the children whose lines will be printed to `voice`; the longest sets the margin's width."""
        self._guard = lookout
        self._leash = leash
        self._voice = voice
        self._width = max((len(name) for name in names), default=0)
        self._selector = selectors.DefaultSelector()
        self._stops = 0
        self._stops_seen = 0
        self.last_stop = signal.SIGTERM
        waking, self._wake = os.pipe()
        os.set_blocking(waking, False)
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        self._selector.register(waking, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in STOP_SIGNALS:
            signal.signal(number, self._count_stop)

    def _count_stop(self, number: int, _: object) -> None:
        self._stops += 1
        self.last_stop = signal.Signals(number)

    @property
    def is_hurried(self) -> bool:
        """True from the second Ctrl-C on."""
        return self._stops > 1

    @property
    def leash(self) -> str:
        return self._leash

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        kind: str = "service",
        env: Mapping[str, str],
        cwd: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
        identity: Identity | None = None,
        log: IO[bytes] | None = None,
        quiet: bytes | None = None,
    ) -> Child:
        """Its output goes to `log`, or else to our terminal with its name in the margin.

        Services carry the leash; engines are known by number. Raises OSError if the program cannot be started.
        """
        leash = f"{self._leash}/{name}" if kind == "service" else None
        popen = subprocess.Popen(
            list(command),
            env={**env, guard.LEASH: leash} if leash else dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=log or subprocess.PIPE,
            stderr=log or subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=before_exec(identity.become if identity else None, os.getpid(), stop_signal),
            umask=0o077 if kind != "service" else -1,
        )
        self._guard.watch(popen.pid, kind)
        child = Child(name, popen, stop_signal, leash, quiet)
        if popen.stdout is not None:
            os.set_blocking(popen.stdout.fileno(), False)
            self._selector.register(popen.stdout, selectors.EVENT_READ, child)
        return child

    def say(self, sentence: str) -> None:
        """One of our own lines."""
        try:
            print(sentence, file=self._voice, flush=True)
        except (BrokenPipeError, OSError):
            self._terminal_is_gone()

    def _terminal_is_gone(self) -> None:
        """Nobody reads us any more (a closed window, `| head`): stop, and print into the void from now on."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._voice.fileno())
        os.close(nowhere)
        self._stops = max(self._stops, 1)

    def pump(self, seconds: float) -> None:
        """Waits at most so long for lines, deaths of children and signals, and prints the lines."""
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                self._drain(key.fd)
            else:
                self._read(key.data)

    @staticmethod
    def _drain(waking: int) -> None:
        try:
            while os.read(waking, 512):
                pass
        except BlockingIOError:
            pass

    def _read(self, child: Child) -> None:
        stdout = child.popen.stdout
        if stdout is None or stdout.closed:
            return
        try:
            read = os.read(stdout.fileno(), LINE_LIMIT)
        except BlockingIOError:
            return
        *lines, child.unfinished = (child.unfinished + read).split(b"\n")
        if not read or len(child.unfinished) > LINE_LIMIT:
            lines, child.unfinished = [*lines, *filter(None, [child.unfinished])], b""
        for line in lines:
            if child.quiet is not None and line.startswith(child.quiet):
                child.remembered.append(line)
            else:
                self._print(child, line)
        if not read:
            self._selector.unregister(stdout)
            stdout.close()

    def _print(self, child: Child, line: bytes) -> None:
        self.say(f"{child.name:<{self._width}} | {line.decode(errors='replace').rstrip()}")

    def explain(self, child: Child) -> None:
        """Prints what it said quietly, because its death needs a reason."""
        self.buried(child)
        while child.remembered:
            self._print(child, child.remembered.popleft())

    def check_stop(self) -> None:
        """Raises StopAsked if a person or the system asked us to stop and nobody has answered yet."""
        if self._stops > self._stops_seen:
            self._stops_seen = self._stops
            raise StopAsked

    def until(
        self, done: Callable[[], bool], seconds: float | None = None, *, stoppable: bool = True
    ) -> bool:
        """Pumps until `done()`; False if the seconds ran out first. Raises StopAsked unless told not to."""
        deadline = None if seconds is None else time.monotonic() + seconds
        pause = 0.01
        while not done():
            if deadline is not None and time.monotonic() > deadline:
                return False
            if stoppable:
                self.check_stop()
            self.pump(pause)
            pause = min(pause * 1.5, 0.2)
        return True

    def wait(self, child: Child, *, stoppable: bool = True) -> int:
        """Its exit code, after its last line was printed."""
        self.until(lambda: not child.is_alive, stoppable=stoppable)
        self.buried(child)
        return child.popen.returncode

    def buried(self, child: Child) -> None:
        """After its death: ends what it left, prints its last lines, tells the guard."""
        child.end_rest()
        self._guard.forget(child.popen.pid)
        stdout = child.popen.stdout
        deadline = time.monotonic() + 1
        while stdout is not None and not stdout.closed and time.monotonic() < deadline:
            self.pump(0.05)

    def stop(
        self, children: Sequence[Child], seconds: float, harder: signal.Signals = signal.SIGKILL
    ) -> None:
        """Asks all, waits for all; whoever takes longer, or everybody after a second Ctrl-C, gets `harder`."""
        for child in children:
            child.ask_to_stop()
        self.until(
            lambda: self.is_hurried or not any(child.is_alive for child in children), seconds, stoppable=False
        )
        for how in (harder, signal.SIGKILL):
            for child in children:
                child.ask_to_stop(how)
            self.until(lambda: not any(child.is_alive for child in children), 5, stoppable=False)
        for child in children:
            self.buried(child)
