"""bin/restore: puts a backup into an empty database, or in the place of another when told so."""

import contextlib
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from . import database
from .backup import ABOUT, DUMP, FORMAT, UPLOADS
from .database import Database
from .errors import EngineError
from .folders import make_data_folder
from .settings import Settings

EMPTY = "SET lock_timeout = '10s'; DROP SCHEMA public CASCADE; CREATE SCHEMA public"
COUNT = """
    SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S') AND nspname !~ '^(pg_|information_schema)'
"""


def put_back(settings: Settings, source: Path, *, replace: bool = False) -> str:
    """Returns a sentence that tells what was done. The database changes in one transaction, or not at all.

    Raises EngineError: no backup, a database or uploads that are not empty, Daybook running, or PostgreSQL's reason.
    """
    make_data_folder(settings.data)
    with _unpacked(source, settings.data) as (unpacked, about):
        with database.awake(settings, even_while_running=False) as found:
            _check_is_free(found, settings.data / UPLOADS, replace)
            script = unpacked / "database.sql"
            found.call("pg_restore", ["--no-owner", "--no-acl", f"--file={script}", unpacked / DUMP])
            words: list[str | Path] = [
                "--no-psqlrc",
                "--quiet",
                "--single-transaction",
                "-v",
                "ON_ERROR_STOP=1",
            ]
            words += ["-d", found.url, *(["-c", EMPTY] if replace else []), "-f", script]
            found.call("psql", words)
            tables = _count(found)
        files = _swap_uploads(settings.data / UPLOADS, unpacked / UPLOADS)
    made = str(about.get("made_at", "an unknown time"))[:16].replace("T", " ")
    return f"Restored {source.name} of {made} UTC: {tables} tables and sequences, {files} uploaded files."


def _check_is_free(found: Database, uploads: Path, replace: bool) -> None:
    if replace:
        return
    holds = "database" if _count(found) else "uploads folder" if any(uploads.glob("*")) else None
    if holds:
        raise EngineError(
            f"The {holds} is not empty, so nothing was restored. To lose what is there now, add --replace."
        )


def _count(found: Database) -> int:
    connection = found.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute(COUNT)
            return int((cursor.fetchone() or [0])[0])
    finally:
        connection.close()


@contextmanager
def _unpacked(source: Path, data: Path) -> Iterator[tuple[Path, dict[str, object]]]:
    """Into a folder beside the uploads, so that they can be renamed into place."""
    folder = Path(tempfile.mkdtemp(prefix="restore-", dir=data))
    try:
        with tarfile.open(source, "r:") as tar:
            for entry in tar:
                _extract(tar, entry, folder)
        about = json.loads((folder / ABOUT).read_text())
        if about["format"] != FORMAT or not (folder / DUMP).exists():
            raise ValueError
        yield folder, about
    except FileNotFoundError:
        raise EngineError(f"There is no complete backup in {source}.") from None
    except (tarfile.TarError, ValueError, KeyError, TypeError, IsADirectoryError):
        raise EngineError(f"{source} is not a backup made by bin/backup, or it is damaged.") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _extract(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    """Files and folders only, and only inside: a backup may come from anywhere."""
    name = PurePosixPath(entry.name)
    known = entry.name in (ABOUT, DUMP) or name.parts[:1] == (UPLOADS,)
    if not known or name.is_absolute() or ".." in name.parts:
        raise ValueError(entry.name)
    path = folder / name
    if entry.isdir():
        path.mkdir(parents=True, exist_ok=True)
    elif entry.isfile():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tar.extractfile(entry) as packed, open(path, "xb") as file:  # type: ignore[union-attr]
            shutil.copyfileobj(packed, file)
    else:
        raise ValueError(entry.name)


def _swap_uploads(uploads: Path, restored: Path) -> int:
    """The old ones are kept until the new ones stand. Returns the number of files."""
    old = restored.with_name("uploads-before")
    restored.mkdir(exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        uploads.rename(old)
    restored.rename(uploads)
    return sum(path.is_file() for path in uploads.rglob("*"))
