"""Where uploaded files lie. Only this module knows; everybody else has keys."""

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask import current_app

# Two pictures that are each a little too large can still be answered beside their fields.
FORM_BYTES = 12 * 1024 * 1024
# Four photos as telephones take them.
ALBUM_BYTES = 22 * 1024 * 1024
# Twenty megabytes are read; what is a little larger can still be answered beside its field.
TABLE_BYTES = 24 * 1024 * 1024
# A person has a checkbox for each of 300 services, a service one for each of 200 people and rooms.
FORM_PARTS = 1000
H = TypeVar("H", bound=Callable[..., Any])
_NAME = re.compile(r"[A-Za-z0-9_-]{8,64}\.webp")


def takes_files(handler: H) -> H:
    """Mark a handler whose form carries files, so that its body may have FORM_BYTES and FORM_PARTS."""
    handler.takes_files = True  # type: ignore[attr-defined]
    return handler


def names_of(key: str) -> tuple[str, str]:
    """The files of a picture: as large as it is shown, and small."""
    return f"{key}.webp", f"{key}-small.webp"


def takes_tables(handler: H) -> H:
    """As takes_files, for a table that may be larger than any picture."""
    handler.most_bytes = TABLE_BYTES  # type: ignore[attr-defined]
    return takes_files(handler)


def takes_albums(handler: H) -> H:
    """As takes_files, for several photos at once."""
    handler.most_bytes = ALBUM_BYTES  # type: ignore[attr-defined]
    return takes_files(handler)


def put(name: str, body: bytes) -> None:
    """Keep a file under a name that nobody has used before. Whoever reads it meanwhile sees all of it or nothing."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as draft:
        draft.write(body)
    os.replace(draft.name, path)


def find_file(name: str) -> bytes | None:
    """What was put under this name; None for any other."""
    try:
        return _path(name).read_bytes() if _NAME.fullmatch(name) else None
    except FileNotFoundError:
        return None


def remove(name: str) -> None:
    """Forget a file. Twice changes nothing."""
    _path(name).unlink(missing_ok=True)


def names_older_than(age: timedelta, now: datetime) -> Iterator[str]:
    """The files that were put here before, for whoever looks for those nobody needs any more."""
    for path in _folder().glob("*/*.webp"):
        if path.stat().st_mtime < (now - age).timestamp():
            yield path.name


def _path(name: str) -> Path:
    return _folder() / name[:2] / name


def _folder() -> Path:
    return Path(current_app.config["DAYBOOK_DATA"]) / "uploads"
