"""Reaches the database whose data is meant: the server that was named, the one that runs, or the one that sleeps."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg2

from . import binaries, engines, folders, guard
from .children import Household
from .errors import EngineError, StopAsked
from .leash import Guard, new_leash
from .settings import Settings

NOT_NEEDED = "unix:///nowhere"  # named so that no Valkey is started


@dataclass(frozen=True)
class Database:
    """An address in libpq's form, without the password, which no list of processes should show."""

    url: str
    password: str | None

    @classmethod
    def at(cls, url: str) -> "Database":
        """From any spelling: postgres://, postgresql:// or postgresql+psycopg2://."""
        parts = urlsplit(url)
        who, _, where = parts.netloc.rpartition("@")
        user = who.partition(":")[0]
        netloc = f"{user}@{where}" if who else where
        bare = urlunsplit(("postgresql", netloc, parts.path, parts.query, ""))
        # urlunsplit drops the slashes of an empty netloc, which libpq needs.
        return cls(bare, unquote(parts.password) if parts.password else None)

    def connect(self) -> "psycopg2.extensions.connection":
        """Raises EngineError if it cannot be reached."""
        try:
            return psycopg2.connect(self.url, password=self.password, connect_timeout=10)
        except psycopg2.Error as error:
            raise EngineError(f"The database cannot be reached: {str(error).strip()}") from None

    def major(self) -> int:
        """The server's version."""
        connection = self.connect()
        try:
            return int(connection.server_version // 10_000)
        finally:
            connection.close()

    def call(self, tool: str, words: Sequence[str | Path]) -> None:
        """Runs a PostgreSQL client that fits the server. Raises EngineError with its last words."""
        secret: Mapping[str, str] = {"PGPASSWORD": self.password} if self.password else {}
        done = subprocess.run(
            [fitting_tool(tool, self.major()), *words],
            env={**os.environ, **secret},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        if done.returncode != 0:
            lines = [line for line in done.stderr.splitlines() if "error" in line.lower()] or [done.stderr]
            raise EngineError(f"{tool} failed: {lines[0].strip()}")


def fitting_tool(name: str, major: int) -> Path:
    """The client of the server's own version, else of a newer one. Raises EngineError if all are older."""
    trees = [tree for tree in binaries.postgres_trees() if tree.major >= major]
    if trees:
        return trees[-1].tool(name)
    if found := shutil.which(name):
        return Path(found)
    raise EngineError(f"The server is PostgreSQL {major}; put its {name} on PATH, ours is older.")


@contextmanager
def awake(settings: Settings, *, even_while_running: bool) -> Iterator[Database]:
    """Starts the embedded PostgreSQL for this block if nothing else serves the data.

    Raises EngineError if Daybook runs on the embedded data and that is not wanted.
    """
    if settings.database_url:
        yield Database.at(settings.database_url)
        return
    folders.make_data_folder(settings.data)
    note = folders.living_note(settings.data)
    if note is not None:
        if not even_while_running:
            raise EngineError("Daybook is running with this data. Stop it first, then do this again.")
        yield Database.at(str(note["DATABASE_URL"]))
        return
    leash = new_leash(os.environ.get(guard.LEASH))
    with folders.locked(settings.data) as lock:
        lookout = Guard(leash, lock)
        household = Household(lookout, leash, sys.stderr)
        try:
            alone = replace(settings, redis_url=NOT_NEEDED)
            with engines.running(alone, household, lookout, logs=True) as found:
                yield Database.at(found.database_url)
        except StopAsked:
            raise EngineError("Stopped before it was done.") from None
        finally:
            lookout.goodbye()
