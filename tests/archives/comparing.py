"""What is in an archive, so that two of the same business are equal, whichever installations wrote them."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from app.archives.contents import points_at
from app.audit.ids import with_other_resources
from app.core.db import db


def rows(file: IO[bytes] | Path) -> dict[str, list[dict[str, Any]]]:
    """All of it by table, with everything that has another name in another home by the order it stands in.

    Who worked there is said by the address of their account.
    """
    with zipfile.ZipFile(file) as archive:
        found = {
            it.filename[5:-6]: [json.loads(line) for line in archive.read(it).splitlines()]
            for it in archive.infolist()
            if it.filename.startswith("rows/")
        }
        about = json.loads(archive.read("archive.json"))
    found["businesses"] = [about["business"]]
    home = about["business"]["id"]
    people = [it["id"] for it in found["resources"]]
    keys = [it["key"] for it in found["uploads"]]
    members = {it["id"]: it["email"] for it in about["members"]}
    return {
        name: [dict(_at_nobodys(name, row, home, people, keys, members)) for row in of_table]
        for name, of_table in found.items()
    }


def _at_nobodys(
    table: str, row: dict[str, Any], home: int, people: list[int], keys: list[str], members: dict[int, str]
) -> Iterator[tuple[str, Any]]:
    of_person = {"resource_id", "person_id"} | ({"id"} if table == "resources" else set())
    of_user = points_at(db.metadata.tables[table], "users")
    dropped = {
        "businesses": {"id", "slug", "short_code", "status"},
        "notifications": {"id", "dedupe_key", "message_id"},
        "audit_events": {"id", "subject_id"},
    }.get(table, set())
    for name, value in row.items():
        if name in dropped:
            continue
        if name == "business_id":
            assert value == home
        elif name in of_person:
            yield name, None if value is None else people.index(value)
        elif name in of_user:
            yield name, members.get(value, value)
        elif name == "changes":
            yield name, with_other_resources(value, {id_: people.index(id_) + 1 for id_ in people})
        elif name in ("key", "logo", "cover", "photo", "picture"):
            yield name, None if value is None else keys.index(value)
        else:
            yield name, value
