"""A business out of an archive, as a new one of this installation, closed until its owner opens it."""

import json
import secrets
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import IO, Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy import Table, text
from sqlalchemy.exc import DataError, IntegrityError

from app.appointments.reminding import follow_ahead
from app.archives.contents import FORMAT, chosen, columns_of, is_circular, keeps_ids, points_at, tables
from app.audit.ids import with_other_resources
from app.audit.models import record
from app.auth.accounts import create_user, find_user
from app.auth.models import User
from app.businesses.addressing import SlugTaken, check_not_reserved
from app.businesses.finding import find_business, load_business
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core import files
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.short_codes import new_short_code

AT_ONCE = 1000
# No business has as many rows. A greater id would leave none for the others of the installation.
HIGHEST_ID = 2**48
# Bytes. A few kilobytes can be packed that are gigabytes when they are unpacked.
LONGEST_ROW = 4 * 1024 * 1024
LARGEST_PART = 32 * 1024 * 1024
# What somebody else's file may do to whoever reads it.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError),
    *(KeyError, TypeError, ValueError, AttributeError, OverflowError, DataError, IntegrityError),
)


class NoArchive(DomainError):
    """A file that is not what `write_archive` wrote."""

    message = _("This is not the archive of a business, or it is damaged.")


class OtherVersion(DomainError):
    """An archive whose tables are not those of this installation."""

    message = _(
        "This archive was written by another version of Daybook. Bring both to the same version first."
    )


@dataclass
class _Removal:
    """What things are called in the new home."""

    archive: zipfile.ZipFile
    business_id: int
    users: dict[int, int]
    resources: dict[int, int] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)


def read_archive(file: IO[bytes], *, slug: str | None, owner: User, by: Actor, now: datetime) -> Business:
    """Make the business that was written, with `owner` as an owner besides those who worked there.

    Its page is closed. Whoever worked there and has no account here gets one without a password; whoever has chosen a
    password here without showing that the address is theirs is left out. What was still to be sent is planned anew.
    Raises NoArchive, OtherVersion, SlugTaken or SlugReserved.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            about = _about(archive)
            business = _found(about["business"], slug or str(about["business"]["slug"]))
            removal = _Removal(archive, business.id, _users(about["members"], by, now))
            for table in tables():
                _take_in(removal, table)
            _hang_pictures(business, about["business"], removal)
    except _DAMAGED as error:
        raise NoArchive from error
    _let_in(business, owner)
    _plan_reminders(business, now)
    written_at = {"written_at": [None, str(about.get("written_at"))[:40]]}
    record(
        "business.imported",
        "business",
        business.id,
        by=by,
        at=now,
        business_id=business.id,
        changes=written_at,
    )
    return business


def _about(archive: zipfile.ZipFile) -> dict[str, Any]:
    about: dict[str, Any] = json.loads(_part(archive, "archive.json"))
    if about["format"] != FORMAT:
        raise OtherVersion
    if about["schema"] != db.session.scalar(text("SELECT version_num FROM alembic_version")):
        raise OtherVersion
    return about


def _found(row: dict[str, Any], slug: str) -> Business:
    """The row of the business: what it says of itself, at an address of this installation.

    Raises SlugTaken, SlugReserved, and ValueError for a zone that no clock has.
    """
    check_not_reserved(slug)
    if find_business(slug) is not None:
        raise SlugTaken
    ZoneInfo(row["zone"])
    table = Business.metadata.tables["businesses"]
    new = {**row, "slug": slug, "short_code": new_short_code(), "status": "draft", "listed": False}
    new |= dict.fromkeys(("logo", "cover", "ends_at", "suspended_at", "suspended_because", "suspended_from"))
    columns = [it for it in columns_of(table) if it != "id"]
    return load_business(_insert(table, columns, [new], returning="id")[0])


def _users(members: Sequence[dict[str, Any]], by: Actor, now: datetime) -> dict[int, int]:
    """Who worked there, by their old id: somebody of this installation, by the address."""
    found = {
        it["id"]: find_user(it["email"]) or create_user(it["email"], it["name"], by=by, now=now)
        for it in members
    }
    return {old: user.id for old, user in found.items() if _is_theirs(user)}


def _is_theirs(user: User) -> bool:
    """Whether the address of an account is known to be theirs: anybody can open one in the name of an owner elsewhere.

    One without a password is opened by nobody but whoever gets its mail.
    """
    return user.email_checked_at is not None or user.password_hash is None


def _take_in(removal: _Removal, table: Table) -> None:
    """All rows of a table."""
    found = (_at_home(removal, table, row) for row in _rows(removal.archive, table.name))
    rows = (it for it in found if it is not None)
    if table.name == "resources":
        _take_in_resources(removal, table, rows)
        return
    columns = [it for it in columns_of(table) if it != "id" or keeps_ids(table)]
    # Rows that point at others of their table are written in one go, which is when the database looks.
    size = None if is_circular(table) else AT_ONCE
    while some := list(islice(rows, size)):
        _insert(table, columns, some)
        if keeps_ids(table):
            _leave_free(table, max(it["id"] for it in some))


def _take_in_resources(removal: _Removal, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    """People and rooms get new ids, one after the other."""
    columns = [it for it in columns_of(table) if it != "id"]
    for row in rows:
        removal.resources[row["id"]] = _insert(table, columns, [row], returning="id")[0]


def _at_home(removal: _Removal, table: Table, row: dict[str, Any]) -> dict[str, Any] | None:
    """A row as it is written here; None for one that nobody has a use for."""
    row["business_id"] = removal.business_id
    for column in points_at(table, "resources"):
        row[column] = None if row[column] is None else removal.resources[row[column]]
    for column in points_at(table, "users"):
        row[column] = removal.users.get(row[column])
    for column in points_at(table, "uploads"):
        row[column] = removal.pictures.get(row[column])
    return _SPECIAL.get(table.name, _as_it_is)(removal, row)


def _as_it_is(_removal: _Removal, row: dict[str, Any]) -> dict[str, Any]:
    return row


def _customer(_removal: _Removal, row: dict[str, Any]) -> dict[str, Any]:
    """Whose account somebody is they show here once more, by a mail."""
    return {**row, "user_id": None}


def _membership(_removal: _Removal, row: dict[str, Any]) -> dict[str, Any] | None:
    """Nobody's: the account was deleted."""
    return row if row["user_id"] is not None else None


def _upload(removal: _Removal, row: dict[str, Any]) -> dict[str, Any]:
    """A picture under a key of its own, with its files. Those of a transaction that is undone are swept away."""
    new = removal.pictures[row["key"]] = secrets.token_urlsafe(16)
    for old_name, name in zip(files.names_of(row["key"]), files.names_of(new), strict=True):
        files.put(name, _part(removal.archive, f"pictures/{old_name}"))
    return {**row, "key": new}


def _event(removal: _Removal, row: dict[str, Any]) -> dict[str, Any]:
    """What happened. Raises ValueError for changes that nobody could read: each is what was and what became."""
    if not all(isinstance(both, list) and len(both) == 2 for both in row["changes"].values()):
        raise ValueError("changes")
    about = {"business": {row["subject_id"]: removal.business_id}, "resource": removal.resources}
    known = about.get(row["subject_kind"], {})
    return {
        **row,
        "subject_id": known.get(row["subject_id"], row["subject_id"]),
        "changes": with_other_resources(row["changes"], removal.resources),
        "on_behalf_of": None,
    }


def _notification(removal: _Removal, row: dict[str, Any]) -> dict[str, Any]:
    """One that was sent; what is unique in an installation it has from here."""
    key = f"b{removal.business_id}:archive{row['id']}"
    return {**row, "dedupe_key": key, "message_id": None, "copy_of": None}


_SPECIAL = {
    "audit_events": _event,
    "customers": _customer,
    "memberships": _membership,
    "notifications": _notification,
    "uploads": _upload,
}


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One file of it, all at once. No more is unpacked than it says of itself."""
    if archive.getinfo(name).file_size > LARGEST_PART:
        raise ValueError(name)
    return archive.read(name)


def _rows(archive: zipfile.ZipFile, table: str) -> Iterator[dict[str, Any]]:
    with archive.open(f"rows/{table}.jsonl") as lines:
        while line := lines.readline(LONGEST_ROW + 1):
            row = json.loads(line)
            if len(line) > LONGEST_ROW or not isinstance(row, dict) or not _is_id(row.get("id", 1)):
                raise ValueError(table)
            yield row


def _is_id(value: Any) -> bool:
    """The database would also take "1" and 1.0 for a number, and the sequence would be led behind it."""
    return type(value) is int and 0 < value <= HIGHEST_ID


def _insert(
    table: Table, columns: Sequence[str], rows: Sequence[dict[str, Any]], returning: str = "1"
) -> list[int]:
    """The database reads the values itself, each by the type of its column, and takes what may be in an archive."""
    names = ", ".join(columns)
    insert = text(
        f"INSERT INTO {table.name} ({names}) OVERRIDING SYSTEM VALUE"  # noqa: S608
        f" SELECT {names} FROM jsonb_populate_recordset(NULL::{table.name}, CAST(:rows AS jsonb)) it"
        f" WHERE {chosen(table)}"
        f" RETURNING {returning}"
    )
    return list(db.session.scalars(insert, {"rows": json.dumps(rows)}))


def _leave_free(table: Table, highest: int) -> None:
    """Whoever comes next gets an id after these."""
    sequence = f"pg_get_serial_sequence('{table.name}', 'id')::regclass"
    db.session.execute(
        text(
            f"SELECT setval({sequence}, :highest)"
            f" WHERE coalesce(pg_sequence_last_value({sequence}), 0) < :highest"
        ),
        {"highest": highest},
    )


def _hang_pictures(business: Business, row: dict[str, Any], removal: _Removal) -> None:
    business.logo = removal.pictures.get(row["logo"])
    business.cover = removal.pictures.get(row["cover"])
    db.session.flush()


def _let_in(business: Business, owner: User) -> None:
    """Whoever brings the business is an owner of it, whatever they were."""
    db.session.execute(
        text("""
            INSERT INTO memberships (business_id, user_id, role) VALUES (:business, :owner, 'owner')
            ON CONFLICT (business_id, user_id) DO UPDATE SET role = 'owner', active = true
        """),
        {"business": business.id, "owner": owner.id},
    )


def _plan_reminders(business: Business, now: datetime) -> None:
    lock_schedule(business.id)
    after: int | None = 0
    while after is not None:
        after = follow_ahead(business, now, after, AT_ONCE)
