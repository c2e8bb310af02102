"""bin/backup: the database and the uploads in one tar file, which bin/restore reads."""

import io
import json
import os
import tarfile
import tempfile
from pathlib import Path

from app.core import clock

from . import database
from .errors import EngineError
from .postgres import sync
from .settings import Settings

ABOUT = "backup.json"
DUMP = "database.dump"
UPLOADS = "uploads"
FORMAT = 1


def back_up(settings: Settings, target: Path) -> Path:
    """Writes under another name and renames, so a file with the right name is complete.

    The dump is one snapshot; uploads are read after it, so every file that a row of it names is there. Raises
    EngineError.
    """
    if target.is_dir():
        target = target / f"daybook-{clock.now():%Y%m%d-%H%M%S}.tar"
    if target.exists():
        raise EngineError(f"{target} exists already. Choose another name.")
    try:
        part = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError:
        raise EngineError(f"{target.parent} cannot be written.") from None
    try:
        with database.awake(settings, even_while_running=True) as found:
            dump = part / DUMP
            found.call("pg_dump", ["--format=custom", "--no-owner", "--no-acl", f"--file={dump}", found.url])
            about = {"format": FORMAT, "made_at": clock.now().isoformat(), "postgres": found.major()}
        _pack(part / "tar", dump, settings.data / UPLOADS, about)
        (part / "tar").rename(target)
        sync(target.parent)
    except OSError as error:
        raise EngineError(f"The backup could not be written: {error.strerror}.") from None
    finally:
        for left_over in (part / DUMP, part / "tar"):
            left_over.unlink(missing_ok=True)
        part.rmdir()
    return target


def _pack(path: Path, dump: Path, uploads: Path, about: dict[str, object]) -> None:
    words = json.dumps(about).encode()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            entry = tarfile.TarInfo(ABOUT)
            entry.size = len(words)
            tar.addfile(entry, io.BytesIO(words))
            tar.add(dump, DUMP)
            if uploads.is_dir():
                tar.add(uploads, UPLOADS)
        file.flush()
        os.fsync(file.fileno())
