"""A Daybook to start, hurt and look into: real processes, a stub Procfile, folders of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

import psycopg2

from app.core.engines import folders
from app.core.engines.guard import is_alive
from tests.serving import free_port
from tests.waiting import wait_until

CHECKOUT = Path(__file__).resolve().parents[2]
# Answers /readyz with the file of that name.
PLAIN_WEB = "web: python3 -m http.server $PORT --bind $HOST"
MARK = "HOUSE_UNDER_TEST"
NOT_INHERITED = {"DATABASE_URL", "REDIS_URL", "DAYBOOK_DATA", "PORT", "HOST"}


class House:
    """One data folder and the supervisor that was last started on it."""

    def __init__(self, folder: Path, *lines: str) -> None:
        self.folder = folder
        self.data = folder / "var"
        self.procfile = folder / "Procfile"
        self.procfile.write_text("\n".join(lines or [PLAIN_WEB]) + "\n")
        (folder / "readyz").write_text("ready")
        self.port = free_port()
        self.python = sys.executable
        self.said_path = folder / "said.txt"
        self.mark = uuid.uuid4().hex
        self.popen: subprocess.Popen[bytes] | None = None

    def env(self, **changes: str) -> dict[str, str]:
        kept = {name: word for name, word in os.environ.items() if name not in NOT_INHERITED}
        ours = {"DAYBOOK_DATA": str(self.data), "PORT": str(self.port), MARK: self.mark}
        return {**kept, **ours, **changes}

    def command(self, *words: str) -> list[str]:
        return [self.python, "-m", "app.core.engines", *words]

    def begin(self, *words: str, before: Iterable[str] = (), user: int | None = None, **changes: str) -> None:
        """Starts the supervisor and does not wait. `before` are words in front of the command."""
        with open(self.said_path, "wb") as said:
            self.popen = subprocess.Popen(
                [*before, *self.command("run", "--procfile", str(self.procfile), *words)],
                cwd=CHECKOUT,
                env=self.env(**changes),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )

    def open(self, *words: str, **changes: str) -> "House":
        """Starts it and waits for its address."""
        self.begin(*words, **changes)
        self.wait_for("Daybook is open at")
        return self

    def wait_for(self, words: str, seconds: float = 30) -> None:
        """Until the supervisor or a child said so."""
        wait_until(lambda: words in self.said or self.process.poll() is not None, seconds)
        assert words in self.said, self.said

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self.popen is not None
        return self.popen

    @property
    def said(self) -> str:
        return self.said_path.read_text(errors="replace")

    def call(self, *words: str, **changes: str) -> "subprocess.CompletedProcess[str]":
        """Another command on the same data, to its end."""
        return subprocess.run(
            self.command(*words),
            cwd=CHECKOUT,
            env=self.env(**changes),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Returns the exit code."""
        self.process.send_signal(how)
        return self.process.wait(30)

    def kill(self) -> None:
        """As the power does, or the kernel when memory ends."""
        self.process.kill()
        self.process.wait()

    @property
    def url(self) -> str:
        """libpq's form of the address in the note of the running supervisor."""
        note = folders.read_note(self.data)
        assert note is not None
        return str(note["DATABASE_URL"]).replace("+psycopg2", "")

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        """One statement, committed."""
        connection = psycopg2.connect(self.url)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def processes(self) -> dict[int, str]:
        """Every living process of this house, whoever its parent is now: by environment or by working folder."""
        found = {}
        places = (str(self.data), str(socket_folder(self.data)), str(folders.home_of_nobody(self.data)))
        for name in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{name}/environ").read_bytes().split(b"\0")
                ours = f"{MARK}={self.mark}".encode() in words
                if ours or os.readlink(f"/proc/{name}/cwd").startswith(places):
                    command = Path(f"/proc/{name}/cmdline").read_bytes().replace(b"\0", b" ").decode()
                    if is_alive(int(name)):
                        found[int(name)] = command
        return found

    def find(self, words: str) -> list[int]:
        """Numbers of its processes whose command holds these words."""
        return [pid for pid, command in self.processes().items() if words in command]

    def demolish(self) -> None:
        """After a test that failed half-way: nothing of it may stay."""
        if self.popen is not None and self.popen.poll() is None:
            self.kill()
        until = time.monotonic() + 15
        while (left := self.processes()) and time.monotonic() < until:
            time.sleep(0.05)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        folders.remove_tree(socket_folder(self.data))


def socket_folder(data: Path) -> Path:
    """Where the sockets of this data folder are while it exists."""
    if not data.exists():
        return Path("/nonexistent")
    return Path(tempfile.gettempdir()) / f"daybook-{folders.fingerprint(data)}"
