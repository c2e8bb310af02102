"""All that is kept sealed, sealed anew after SECRET_KEY was changed, so that the former key can be thrown away."""

from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.core.db import db
from app.core.sealing import KeyGone, seal_anew


class Counted(NamedTuple):
    """How many values were sealed anew, and how many nobody can open any more."""

    renewed: int
    lost: int


_kept: list[tuple[InstrumentedAttribute[Any], str]] = []


def keeps_sealed(purpose: str, *columns: InstrumentedAttribute[Any]) -> None:
    """Say which columns hold what `seal` has sealed for a purpose. Called by the room that keeps them."""
    _kept.extend((column, purpose) for column in columns)


def sealed_columns() -> list[str]:
    """The columns that rooms have named, as table.column."""
    return sorted(f"{column.class_.__tablename__}.{column.key}" for column, _purpose in _kept)


def reseal() -> Counted:
    """Seal everything under the key of now. What is sealed so already stays; so does what was changed meanwhile."""
    renewed = lost = 0
    for column, purpose in _kept:
        table = column.class_.__table__
        key, sealed = list(table.primary_key.columns), table.c[column.key]
        for *of_row, kept in db.session.execute(select(*key, sealed).where(sealed.is_not(None))).all():
            try:
                anew = seal_anew(purpose, kept)
            except KeyGone:
                lost += 1
                continue
            if anew is None:
                continue
            row = [it == value for it, value in zip(key, of_row, strict=True)]
            db.session.execute(update(table).where(*row, sealed == kept).values({column.key: anew}))
            renewed += 1
    return Counted(renewed, lost)
