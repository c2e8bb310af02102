"""Starts the engines nobody named a server for, and stops them again."""

import contextlib
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import binaries, copies, folders, identity, postgres, valkey
from .children import Child, Household
from .leash import Guard
from .settings import Settings

ENGINES_GET = 60.0  # seconds to stop; PostgreSQL writes its last checkpoint


@dataclass
class Engines:
    """Where they are reached, and the children among them."""

    database_url: str
    redis_url: str
    children: list[Child] = field(default_factory=list)

    @property
    def urls(self) -> dict[str, str]:
        """For the environment of everything that works with them."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


@contextmanager
def running(
    settings: Settings, household: Household, guard: Guard, *, fast: bool = False, logs: bool = False
) -> Iterator[Engines]:
    """The caller holds the data folder's lock. With `logs` the engines write into the data folder, not to us.

    Raises EngineError, and StopAsked while it waits; whatever was started is stopped then too.
    """
    data = settings.data
    embedded: list[Child] = []
    found = Engines(settings.database_url or "", settings.redis_url or "", embedded)
    with contextlib.ExitStack() as cleaning:
        if not (settings.database_url and settings.redis_url):
            tree = None if settings.database_url else binaries.postgres_trees()[0]
            who = identity.choose((tree or binaries.postgres_trees()[0]).tool("postgres"), data)
            sockets = folders.make_socket_folder(data, who)
            guard.remove(sockets)
            cleaning.callback(folders.remove_tree, sockets)
            cleaning.callback(stop, embedded, household)
        if not settings.database_url:
            log = cleaning.enter_context(open(data / "postgres.log", "ab")) if logs else None
            folder = postgres.database_folder(data, who)
            tree = binaries.tree_for(postgres.major_version(folder), binaries.postgres_trees())
            tree = copies.reachable_tree(tree, who)
            if postgres.major_version(folder) is None:
                postgres.check_upgrade_is_over(folder)
                if not fast:
                    household.say("Setting up the database (first start).")
                postgres.make_data(tree, folder, who, household, fast=fast)
            postgres.clear_old_server(folder, household)
            embedded.append(postgres.start(tree, folder, sockets, who, household, fast=fast, log=log))
            postgres.wait_until_ready(embedded[-1], folder, sockets, household)
            found.database_url = postgres.url(sockets)
        if not settings.redis_url:
            log = cleaning.enter_context(open(data / "valkey.log", "ab")) if logs else None
            server = copies.reachable_valkey(binaries.valkey_server(), who)
            embedded.append(valkey.start(server, sockets, who, household, log=log))
            valkey.wait_until_ready(embedded[-1], sockets, household)
            found.redis_url = valkey.url(sockets)
        folders.write_note(data, **found.urls)
        cleaning.callback(folders.remove_note, data)
        yield found


def stop(children: list[Child], household: Household) -> None:
    """In reverse order of their start."""
    for child in reversed(children):
        household.stop([child], ENGINES_GET, harder=signal.SIGQUIT)


@contextmanager
def throw_away_folder() -> Iterator[Path]:
    """A data folder for one run, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="daybook-run-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
