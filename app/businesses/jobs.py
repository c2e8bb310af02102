"""Files that belong to nothing any more."""

from datetime import timedelta

from sqlalchemy import select

from app.businesses.models import Upload
from app.core import clock, files
from app.core.db import db


def remove_files(key: str) -> None:
    """Remove the files of a picture, unless its row is still there."""
    if db.session.scalar(select(Upload.key).filter_by(key=key)) is None:
        for name in files.names_of(key):
            files.remove(name)


def sweep_files() -> int:
    """Remove the files no row knows: those of a refused form, and those whose removal nobody heard of."""
    known = set(db.session.scalars(select(Upload.key)))
    lost = [
        name
        for name in files.names_older_than(timedelta(days=1), clock.now())
        if name.removesuffix(".webp").removesuffix("-small") not in known
    ]
    for name in lost:
        files.remove(name)
    return len(lost)
