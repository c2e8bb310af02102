"""The embedded PostgreSQL: its data folder, its start, and whether it answers."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import psycopg2

from .binaries import Tree
from .children import Child, Household
from .errors import EngineError
from .folders import home_of_nobody
from .guard import is_alive
from .identity import Identity

NAME = "daybook"  # of the superuser and of the database
READY_WITHIN = 300.0  # seconds; recovery after a power cut may take minutes
OLD_ONE_GETS = 15.0  # seconds for the server of a killed supervisor to finish its shutdown

ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "",
    "log_min_messages": "warning",
    "jit": "off",
}
# Statements and details of an error would carry customers' names and addresses into the log.
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# For tests only: a power cut may destroy the data.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    "max_wal_size": "2GB",
}


def database_folder(data: Path, identity: Identity) -> Path:
    """In the data folder; but `nobody` may not reach that, so it keeps its own under /var/lib."""
    if identity.kind == "nobody":
        return home_of_nobody(data) / "postgres"
    return data / "postgres"


def major_version(folder: Path) -> int | None:
    """What PG_VERSION says; None if there is no data yet. Raises EngineError if it cannot be read."""
    try:
        return int((folder / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None
    except PermissionError:
        raise EngineError(
            f"The database in {folder} belongs to another user. Start Daybook as that user."
        ) from None
    except (ValueError, OSError) as error:
        raise EngineError(f"The database in {folder} is damaged: {error}. Restore a backup.") from None


def engine_env() -> dict[str, str]:
    """Nothing of ours, so that no PGPORT or locale of the person changes what an engine does."""
    kept = {name: os.environ[name] for name in ("PATH", "TZ", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C"}


def check_upgrade_is_over(folder: Path) -> None:
    """Between two renames of bin/upgrade-data there is no folder, and an empty one must not take its place."""
    if not folder.exists() and any(folder.parent.glob(f"{folder.name}-*-before-upgrade")):
        raise EngineError("bin/upgrade-data was cut short. Run it again; nothing is lost.")


def make_data(
    tree: Tree,
    folder: Path,
    identity: Identity,
    household: Household,
    *,
    fast: bool = False,
    checksums: bool = True,
) -> None:
    """initdb under another name, renamed when it is complete, so a killed first start leaves nothing half-made.

    Raises EngineError with initdb's own last line.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left_over in folder.parent.glob(f"{folder.name}.new*"):
        shutil.rmtree(left_over, ignore_errors=True)
    if identity.kind == "nobody":
        folder.parent.parent.chmod(0o755)
        folder.parent.chmod(0o700)
        identity.own(folder.parent)
    new = folder.with_name(f"{folder.name}.new")
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if tree.major >= 17 else []
    sums = ["--data-checksums"] if checksums else ["--no-data-checksums"] if tree.major >= 18 else []
    options = [*builtin, *sums, "--locale=C", "--encoding=UTF8", "--auth=trust", "--no-instructions"]
    said_path = folder.parent / f"{folder.name}.new.log"
    with open(said_path, "wb") as said:
        initdb = household.start(
            "initdb",
            [tree.tool("initdb"), "-D", new, "-U", NAME, *options, *(["--no-sync"] if fast else [])],
            env=engine_env(),
            cwd=folder.parent,
            identity=identity,
            log=said,
        )
        code = household.wait(initdb)
    words = said_path.read_text(errors="replace").strip().splitlines()
    said_path.unlink(missing_ok=True)
    if code != 0:
        shutil.rmtree(new, ignore_errors=True)
        raise EngineError(f"The database could not be set up in {folder.parent}: {_reason(words)}")
    new.rename(folder)
    sync(folder.parent)


def sync(folder: Path) -> None:
    """Makes a rename in this folder survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _reason(lines: list[str]) -> str:
    errors = [line for line in lines if "error:" in line or "FATAL:" in line or "PANIC:" in line]
    return (errors or lines or ["no reason was given"])[-1].strip()


def clear_old_server(folder: Path, household: Household) -> None:
    """Deals with postmaster.pid, which says who served this folder last.

    A server that still shuts down is waited for, one left alone is shut down (we hold the lock, so it has no
    supervisor), and a number that now belongs to a stranger, as after a reboot, is removed.
    """
    note = folder / "postmaster.pid"
    try:
        pid = int(note.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        note.unlink(missing_ok=True)
        return
    if is_alive(pid) and _serves(pid, folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        if not household.until(lambda: not is_alive(pid), OLD_ONE_GETS):
            raise EngineError(
                f"An old PostgreSQL, process {pid}, still uses {folder} and does not end. End it first."
            )
    note.unlink(missing_ok=True)


def _serves(pid: int, folder: Path) -> bool:
    """Is this process a PostgreSQL that works in this folder?"""
    if sys.platform == "linux":
        try:
            here = Path(f"/proc/{pid}/cwd").samefile(folder)
            return here and Path(os.readlink(f"/proc/{pid}/exe")).name == "postgres"
        except OSError:
            return False
    said = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True).stdout
    return "postgres" in said and str(folder) in said


def start(
    tree: Tree,
    folder: Path,
    sockets: Path,
    identity: Identity,
    household: Household,
    *,
    fast: bool = False,
    log: IO[bytes] | None = None,
) -> Child:
    """A foreground server on a Unix socket only. SIGINT is its fast, clean shutdown."""
    chosen = {**ALWAYS, **(FAST if fast else DURABLE), "unix_socket_directories": str(sockets)}
    options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
    return household.start(
        "postgres",
        [tree.tool("postgres"), "-D", folder, *options],
        kind="postgres",
        env=engine_env(),
        cwd=folder,
        stop_signal=signal.SIGINT,
        identity=identity,
        log=log,
        quiet=b"LOG:",
    )


def wait_until_ready(server: Child, folder: Path, sockets: Path, household: Household) -> None:
    """Until it takes statements and has our database. Raises EngineError if it ends or never answers."""
    began = spoke = time.monotonic()

    def is_done() -> bool:
        nonlocal spoke
        if time.monotonic() - spoke > 10:
            spoke = time.monotonic()
            household.say(f"PostgreSQL is still getting ready after {spoke - began:.0f} s.")
        return not server.is_alive or _says_ready(server.popen.pid, folder)

    in_time = household.until(is_done, READY_WITHIN)
    if not server.is_alive:
        household.explain(server)
        raise EngineError("PostgreSQL ended while it started; its own words stand above or in postgres.log.")
    if not in_time:
        raise EngineError(f"PostgreSQL was not ready within {READY_WITHIN:.0f} s.")
    try:
        _make_database(sockets)
    except psycopg2.Error as error:
        raise EngineError(f"PostgreSQL runs but cannot be used: {str(error).strip()}") from None


def _says_ready(pid: int, folder: Path) -> bool:
    """The eighth line of postmaster.pid is its status (src/include/utils/pidfile.h); asking it makes no log line."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _make_database(sockets: Path) -> None:
    connection = psycopg2.connect(host=str(sockets), user=NAME, dbname="postgres", connect_timeout=2)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {NAME}")
    finally:
        connection.close()


def url(sockets: Path) -> str:
    """For SQLAlchemy; without the `+psycopg2` it is also libpq's own."""
    return f"postgresql+psycopg2://{NAME}@/{NAME}?host={sockets}"
