"""The data folder and its lock, the sockets' folder, and the note that says which engines run."""

import fcntl
import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import EngineError
from .guard import is_alive
from .identity import Identity

SOCKET_PATH_LIMIT = 100  # bytes; the kernel takes 107, macOS 103
LONGEST_SOCKET = ".s.PGSQL.5432.lock"
LOCK_WAIT = 15.0  # seconds the guard of a killed supervisor may need
NOTE = "running.json"
NOBODYS_HOME = Path("/var/lib/daybook")


def make_data_folder(data: Path) -> None:
    """Raises EngineError if it cannot be made or written."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        fits = os.access(data, os.W_OK | os.X_OK)
    except (FileExistsError, NotADirectoryError):
        raise EngineError(f"The data folder {data} is not a folder.") from None
    except OSError:
        fits = False
    if not fits:
        raise EngineError(f"The data folder {data} cannot be written. Set DAYBOOK_DATA to a folder of yours.")


def try_lock(data: Path) -> int | None:
    """A descriptor that holds the lock as long as it is open, or None if somebody else has it."""
    lock = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


@contextmanager
def locked(data: Path) -> Iterator[int]:
    """Only one supervisor per data folder. Waits for the guard of a killed one.

    Raises EngineError if a living supervisor has it.
    """
    until = time.monotonic() + LOCK_WAIT
    while (lock := try_lock(data)) is None:
        note = read_note(data)
        if note is None or is_alive(note["pid"]) or time.monotonic() > until:
            raise EngineError(
                f"Daybook already runs with the data in {data}. "
                f"Stop it first, or choose another folder with DAYBOOK_DATA."
            )
        time.sleep(0.1)
    try:
        yield lock
    finally:
        os.close(lock)


def write_note(data: Path, **words: object) -> None:
    """For bin/backup and the like: our number and the addresses of the engines. Readable by us only."""
    new = data / f"{NOTE}.new"
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as note:
        json.dump({"pid": os.getpid(), **words}, note)
    new.replace(data / NOTE)


def read_note(data: Path) -> dict[str, Any] | None:
    """What write_note wrote, or None."""
    try:
        note = json.loads((data / NOTE).read_text())
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) and isinstance(note.get("pid"), int) else None


def living_note(data: Path) -> dict[str, Any] | None:
    """The note of the supervisor that has this folder now, or None if nobody has it.

    Raises EngineError while one starts or stops, when there is nothing to connect to.
    """
    lock = try_lock(data)
    if lock is not None:
        os.close(lock)
        return None
    note = read_note(data)
    if note is None or not is_alive(note["pid"]):
        raise EngineError("Daybook is just starting or stopping. Try again in a moment.")
    return note


def remove_note(data: Path) -> None:
    """After the engines stopped."""
    (data / NOTE).unlink(missing_ok=True)


def fingerprint(data: Path) -> str:
    """Differs for two checkouts, two data folders, two users, and a folder made anew in the same place."""
    found = data.stat()
    words = f"{os.geteuid()} {data.resolve()} {found.st_dev} {found.st_ino}"
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def home_of_nobody(data: Path) -> Path:
    """Where `nobody` keeps the database of this data folder; a folder restored to its place finds it again."""
    return NOBODYS_HOME / hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]


def make_socket_folder(data: Path, identity: Identity) -> Path:
    """An empty folder with a short name that only the engines' user and root can enter.

    The caller holds the lock, so whatever lies there is left over. Raises EngineError if a stranger made it.
    """
    name = f"daybook-{fingerprint(data)}"
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):  # noqa: S108  (checked below: ours alone, 0700)
        folder = parent / name
        if len(os.fsencode(folder / LONGEST_SOCKET)) <= SOCKET_PATH_LIMIT:
            break
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        _check_is_ours(folder, {os.geteuid(), identity.uid})
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    except OSError:
        raise EngineError(f"The folder for temporary files, {parent}, cannot be written.") from None
    identity.own(folder)
    return folder


def _check_is_ours(folder: Path, owners: set[int]) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners or stat.S_IMODE(found.st_mode) & 0o077:
        raise EngineError(
            f"{folder} belongs to somebody else. Remove it, or set TMPDIR to a folder of yours."
        )


def remove_tree(folder: Path) -> None:
    """Best effort: a folder of sockets is worth no complaint."""
    shutil.rmtree(folder, ignore_errors=True)
