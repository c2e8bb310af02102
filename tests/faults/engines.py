"""A PostgreSQL and a Valkey of a test's own: to be shut down, killed, and started again in the same place."""

import contextlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psycopg2

from app.config import ROOT
from app.core.engines import postgres, valkey

MEMORY = Path("/dev/shm")
# A killed server loses nothing by these; only a power cut would.
OPTIONS = postgres.ALWAYS | {"fsync": "off", "max_connections": "60", "shared_buffers": "32MB"}


@contextlib.contextmanager
def a_folder() -> Iterator[Path]:
    """With a short name, because sockets lie in it, and in memory if there is one."""
    folder = Path(tempfile.mkdtemp(prefix="daybook-faults-", dir=MEMORY if MEMORY.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Engine:
    """One program in a folder of its own."""

    program: str
    gentle: signal.Signals

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def words(self, options: Mapping[str, str]) -> Sequence[str]:
        raise NotImplementedError

    def is_ready(self) -> bool:
        raise NotImplementedError

    def start(self, **options: str) -> None:
        """Until it answers. PostgreSQL refuses to start while the orphans of a killed one are still there."""
        until = time.monotonic() + 20
        while not self.is_ready():
            assert time.monotonic() < until, self.log.read_text()
            if self.process is None or self.process.poll() is not None:
                self.process = self.run(self.program, *self.words(options))
            time.sleep(0.02)

    def end(self, how: signal.Signals | None = None) -> None:
        """Shut it down, or end it by another signal."""
        if self.process is not None:
            self.process.send_signal(how or self.gentle)
            self.process.wait(20)
            self.process = None

    def kill(self) -> None:
        """As the kernel does when memory ends."""
        self.end(signal.SIGKILL)

    def run(self, program: str, *words: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.faults.becoming", str(self.folder), program, *words]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


class Postgres(Engine):
    """Commits are written before they are answered, unless an option says otherwise."""

    program = "postgres"
    gentle = signal.SIGINT  # A fast shutdown: it waits for nobody.

    def words(self, options: Mapping[str, str]) -> list[str]:
        chosen = OPTIONS | {"unix_socket_directories": str(self.folder)} | options
        return ["-D", "data", *(word for pair in chosen.items() for word in ("-c", "=".join(pair)))]

    @property
    def url(self) -> str:
        return postgres.url(self.folder)

    def set_up(self) -> None:
        """Make its data."""
        options = ["-U", postgres.NAME, "--auth=trust", "--locale=C", "--encoding=UTF8", "--no-sync"]
        assert self.run("initdb", "-D", "data", *options).wait(60) == 0, self.log.read_text()
        self.start()
        self.sql(f"CREATE DATABASE {postgres.NAME}", database="postgres")

    def sql(self, statement: str, database: str = postgres.NAME) -> None:
        connection = psycopg2.connect(host=str(self.folder), user=postgres.NAME, dbname=database)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def is_ready(self) -> bool:
        try:
            self.sql("SELECT 1", database="postgres")
        except psycopg2.OperationalError:
            return False
        return True


class Valkey(Engine):
    """Nothing of it is on disk, so whoever kills it empties it."""

    program = "valkey-server"
    gentle = signal.SIGTERM

    def words(self, options: Mapping[str, str]) -> list[str]:
        return ["--port", "0", "--unixsocket", str(valkey.socket_path(self.folder)), "--save", ""]

    @property
    def url(self) -> str:
        return valkey.url(self.folder)

    def is_ready(self) -> bool:
        return valkey.answers(self.folder)
