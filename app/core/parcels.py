"""Files that somebody asks for, a job makes, and whoever asked fetches within days: they lie in the data folder.

A name without a file is asked for, one with a file is made. Whoever makes it takes it first, so that of two workers one
does; what somebody took and did not finish can be taken again.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from flask import current_app

from app.core import clock

KEPT = timedelta(days=7)
TAKES_AT_MOST = timedelta(minutes=10)
_NAME = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Parcel:
    """One of an owner's files. `at` (UTC) is when it was asked for or made; `size`, in bytes, is None until it is.

    `note` is what was said to whoever makes it; nothing once it is made.
    """

    owner: int
    name: str
    at: datetime
    size: int | None
    note: str = ""

    @property
    def is_made(self) -> bool:
        """Whether it can be fetched."""
        return self.size is not None

    @property
    def kept_until(self) -> datetime:
        """When it is thrown away."""
        return self.at + KEPT


def ask_for(owner: int, note: str = "") -> str:
    """Put a name on the shelf of an owner, with a word for whoever makes it; the name."""
    name = secrets.token_urlsafe(16)
    folder = _folder(owner)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.asked").write_text(note)
    _stamp(folder / f"{name}.asked")
    return name


def parcels_of(owner: int) -> list[Parcel]:
    """What was asked for and made, the newest first."""
    found = [
        _parcel(path) for path in _folder(owner).glob("*.*") if path.suffix in (".asked", ".taken", ".zip")
    ]
    return sorted((it for it in found if it), key=lambda it: it.at, reverse=True)


def find_parcel(owner: int, name: str) -> Path | None:
    """The file of this name, if it is made."""
    path = _folder(owner) / f"{name}.zip"
    return path if _NAME.fullmatch(name) and path.is_file() else None


def asked_for() -> list[Parcel]:
    """Of all owners what nobody has made yet, and nobody is at; the oldest first."""
    waiting = [*_shelves().glob("*/*.asked")]
    left = [it for it in _shelves().glob("*/*.taken") if _age(it) > TAKES_AT_MOST.total_seconds()]
    return sorted((it for it in map(_parcel, [*waiting, *left]) if it), key=lambda it: it.at)


@contextmanager
def making(parcel: Parcel) -> Iterator[IO[bytes] | None]:
    """A file to write into, which is the parcel when the block ends well; None if somebody else was first.

    What was taken from us meanwhile, by `forget_made` or because it took too long, is written by somebody else.
    """
    folder = _folder(parcel.owner)
    taken, draft = folder / f"{parcel.name}.taken", folder / f".{parcel.name}-{secrets.token_hex(4)}"
    if not _take(folder / f"{parcel.name}.asked", taken):
        yield None
        return
    ours = _written_at(taken)
    try:
        with draft.open("xb") as to:
            yield to
        _stamp(draft)
        if _written_at(taken) == ours:
            os.replace(draft, folder / f"{parcel.name}.zip")
            taken.unlink(missing_ok=True)
    finally:
        draft.unlink(missing_ok=True)


def forget_made(owner: int) -> None:
    """Throw away what holds something that must be nowhere any more; what is being written is written once more."""
    for path in _folder(owner).glob("*.zip"):
        path.unlink(missing_ok=True)
    for path in _folder(owner).glob("*.taken"):
        with suppress(FileNotFoundError):
            os.rename(path, path.with_suffix(".asked"))


def throw_away(owner: int | None = None) -> int:
    """Remove what is older than KEPT; with an owner all that is theirs. How many files there were."""
    paths = _folder(owner).glob("*") if owner else _shelves().glob("*/*")
    old = [it for it in paths if owner or _age(it) > KEPT.total_seconds()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _take(asked: Path, taken: Path) -> bool:
    """Whether it is ours: a file is renamed by one alone."""
    try:
        if _age(taken) > TAKES_AT_MOST.total_seconds():
            os.rename(taken, asked)
        os.rename(asked, taken)
        _stamp(taken)
    except FileNotFoundError:
        return False
    return True


def _parcel(path: Path) -> Parcel | None:
    try:
        seen = path.stat()
        is_made = path.suffix == ".zip"
        note = "" if is_made else path.read_text()
    except FileNotFoundError:
        return None
    at = datetime.fromtimestamp(seen.st_mtime, UTC)
    return Parcel(int(path.parent.name), path.stem, at, seen.st_size if is_made else None, note)


def _stamp(path: Path) -> None:
    """It is of now."""
    now = clock.now().timestamp()
    os.utime(path, (now, now))


def _written_at(path: Path) -> int | None:
    """When it was touched, to the nanosecond: who else takes it touches it too. None for a file that is gone."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def _age(path: Path) -> float:
    """Seconds since it was touched."""
    try:
        return clock.now().timestamp() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _folder(owner: int) -> Path:
    return _shelves() / str(owner)


def _shelves() -> Path:
    return Path(current_app.config["DAYBOOK_DATA"]) / "parcels"
