"""What the rooms keep of a customer: they say it here, so that merging, erasing and exporting reach all of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.core.db import Model


@dataclass(frozen=True, slots=True)
class Person:
    """Whom it is about: the `ids` of one customer and of those merged into them, and the `words` that tell who it is.

    Words are names, e-mail addresses and phone numbers as they were kept.
    """

    business_id: int
    ids: Sequence[int]
    words: Sequence[str]


Forget = Callable[[Person, datetime], None]
Tell = Callable[[Person], Mapping[str, Any]]


@dataclass(slots=True)
class _Kept:
    tables: list[type[Model]] = field(default_factory=list)
    refusals: list[Forget] = field(default_factory=list)
    forgets: list[Forget] = field(default_factory=list)
    tells: list[Tell] = field(default_factory=list)


_kept = _Kept()


def keeps(
    *tables: type[Model], forget: Forget, tell: Tell | None = None, refuse: Forget | None = None
) -> None:
    """Say what a room keeps: the `tables` with a customer_id, how it forgets and how it tells all of it.

    `forget` and `refuse` are called in the transaction of the erasure, all refusals first; `refuse` raises a
    DomainError. `tell` returns plain values by what they are called.
    """
    _kept.tables.extend(tables)
    _kept.forgets.append(forget)
    _kept.tells.extend([tell] if tell else [])
    _kept.refusals.extend([refuse] if refuse else [])


def tables_of_customers() -> Sequence[type[Model]]:
    """Every table whose customer_id says whom a row is about."""
    return tuple(_kept.tables)


def forget_everywhere(person: Person, now: datetime) -> None:
    """Let every room forget. Raises what a room has against it; then the caller rolls back."""
    for refuse in _kept.refusals:
        refuse(person, now)
    for forget in _kept.forgets:
        forget(person, now)


def told_everywhere(person: Person) -> dict[str, Any]:
    """What every room keeps."""
    return {name: value for tell in _kept.tells for name, value in tell(person).items()}
