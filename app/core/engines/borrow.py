"""Runs one command with engines: throw-away ones, those of a running Daybook, or those of the data folder."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from . import engines, folders, guard
from .children import Household
from .errors import StopAsked
from .leash import Guard, before_exec, new_leash
from .settings import Settings, bin_folder


def with_throw_away_engines(settings: Settings, command: Sequence[str]) -> int:
    """Fast, unsafe engines in a temporary folder, whatever servers the environment names. Returns its exit code."""
    with engines.throw_away_folder() as data:
        alone = replace(settings, data=data, database_url=None, redis_url=None)
        home = folders.home_of_nobody(data)
        try:
            return _with_own_engines(alone, command, fast=True, remove=[data, home])
        finally:
            folders.remove_tree(home)


def with_engines(settings: Settings, command: Sequence[str]) -> int:
    """The engines of the data folder: those that run, or else started for this command. Returns its exit code.

    Raises EngineError if Daybook is just starting or stopping there.
    """
    folders.make_data_folder(settings.data)
    note = folders.living_note(settings.data)
    if note is not None:
        urls = {name: str(note[name]) for name in ("DATABASE_URL", "REDIS_URL")}
        named = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
        urls.update({name: url for name, url in named.items() if url})
        return subprocess.call(list(command), env=command_env(settings.data, urls))
    return _with_own_engines(settings, command)


def command_env(data: Path, urls: dict[str, str]) -> dict[str, str]:
    """Ours, with the engines' addresses, the data folder, and the environment's own commands first on PATH."""
    path = f"{bin_folder()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, **urls, "DAYBOOK_DATA": str(data), "PATH": path, "FLASK_APP": "wsgi"}


def _with_own_engines(
    settings: Settings, command: Sequence[str], *, fast: bool = False, remove: Sequence[Path] = ()
) -> int:
    leash = new_leash(os.environ.get(guard.LEASH))
    with folders.locked(settings.data) as lock:
        lookout = Guard(leash, lock)
        for folder in remove:
            lookout.remove(folder)
        household = Household(lookout, leash, sys.stderr)
        try:
            with engines.running(settings, household, lookout, fast=fast, logs=True) as found:
                return _run(command, command_env(settings.data, found.urls), household, lookout)
        except StopAsked:
            return 128 + signal.SIGINT
        finally:
            lookout.goodbye()


def _run(command: Sequence[str], env: dict[str, str], household: Household, lookout: Guard) -> int:
    """In our own process group, so that it may read the terminal and gets its Ctrl-C from there."""
    child = subprocess.Popen(
        list(command),
        env={**env, guard.LEASH: f"{household.leash}/command"},
        preexec_fn=before_exec(None, os.getpid(), signal.SIGTERM),
    )
    lookout.watch(child.pid, "command")
    has_terminal = sys.stdin.isatty()
    while True:
        try:
            household.until(lambda: child.poll() is not None)
            break
        except StopAsked:
            if not (has_terminal and household.last_stop == signal.SIGINT):
                child.send_signal(household.last_stop)
    lookout.forget(child.pid)
    guard.end_leashed(f"{household.leash}/command")
    return child.returncode if child.returncode >= 0 else 128 - child.returncode
