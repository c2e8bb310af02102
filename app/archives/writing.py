"""A business written into one file: a zip with a JSON line for each row, its pictures, and a copy for people."""

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from sqlalchemy import Table, text

from app.archives.contents import FORMAT, chosen, tables
from app.archives.readable import write_readable
from app.core import files
from app.core.db import db

AT_ONCE = 1000
_BUSINESS = text("SELECT to_jsonb(b) FROM businesses b WHERE id = :business")
_MEMBERS = text("""
    SELECT jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name)
      FROM users u JOIN memberships m ON m.user_id = u.id
     WHERE m.business_id = :business AND u.deleted_at IS NULL
     ORDER BY u.id
""")
_PICTURES = text("SELECT key FROM uploads WHERE business_id = :business ORDER BY key")


def write_archive(
    business_id: int, to: IO[bytes], now: datetime, *, host: str, language: str | None = None
) -> dict[str, int]:
    """Write all that belongs to a business. How many rows there are of each table.

    As it is at one moment, where the transaction began with `stand_still`. `host` is where it is, `language` (BCP 47)
    that of its copy for people; None: that of the business.
    """
    counts = {}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables():
            counts[table.name] = _write_rows(archive, table, business_id)
        _write_pictures(archive, business_id)
        archive.writestr("archive.json", _json(_about(business_id, counts, now)))
        write_readable(archive, business_id, language=language, host=host, now=now)
    return counts


def stand_still() -> None:
    """Read from now on what is there now, whatever others write. Before anything else of a transaction."""
    db.session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


def _about(business_id: int, counts: dict[str, int], now: datetime) -> dict[str, Any]:
    """What stands at the door of an archive: what it is, of whom, and who works there."""
    return {
        "format": FORMAT,
        "schema": db.session.scalar(text("SELECT version_num FROM alembic_version")),
        "written_at": now.isoformat(),
        "business": db.session.scalar(_BUSINESS, {"business": business_id}),
        "members": list(db.session.scalars(_MEMBERS, {"business": business_id})),
        "rows": counts,
    }


def _write_rows(archive: zipfile.ZipFile, table: Table, business_id: int) -> int:
    count = 0
    with archive.open(f"rows/{table.name}.jsonl", "w", force_zip64=True) as to:
        for row in _rows(table, business_id):
            to.write(_json(row).encode() + b"\n")
            count += 1
    return count


def _rows(table: Table, business_id: int) -> Iterator[dict[str, Any]]:
    """The rows of a business, in the order of their keys, a thousand at a time."""
    key = ", ".join(f"it.{column.name}" for column in table.primary_key.columns)
    asked = text(
        f"SELECT to_jsonb(it) FROM {table.name} it WHERE it.business_id = :business AND {chosen(table)} ORDER BY {key}"  # noqa: S608
    )
    found = db.session.execute(asked, {"business": business_id}, execution_options={"yield_per": AT_ONCE})
    yield from found.scalars()


def _write_pictures(archive: zipfile.ZipFile, business_id: int) -> None:
    for key in db.session.scalars(_PICTURES, {"business": business_id}).all():
        for name in files.names_of(key):
            body = files.find_file(name)
            if body is not None:
                archive.writestr(f"pictures/{name}", body, zipfile.ZIP_STORED)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
