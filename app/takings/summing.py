"""Payments and refunds added up. Nothing here asks the database.

What was paid for several things at once is divided by what each of them costs, so that the parts add up to it again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from app.core.money import split
from app.takings.entries import Entry

Key: TypeAlias = date | str | None
Shares: TypeAlias = Callable[[Entry], Iterable[tuple[Key, int]]]


@dataclass(frozen=True, slots=True)
class Sum:
    """What came in and what went back (minor units, both above nothing) for one key and in one currency."""

    key: Key
    currency: str
    came: int
    went: int

    @property
    def left(self) -> int:
        return self.came - self.went


@dataclass(frozen=True, slots=True)
class Takings:
    """The same payments and refunds, added up in each way somebody asks for."""

    in_all: Sequence[Sum]
    by_day: Sequence[Sum]
    by_method: Sequence[Sum]
    by_service: Sequence[Sum]
    by_person: Sequence[Sum]


def takings_of(entries: Sequence[Entry]) -> Takings:
    """All of it."""
    return Takings(
        in_all(entries), by_day(entries), by_method(entries), by_service(entries), by_person(entries)
    )


def merged(one: Takings, other: Takings) -> Takings:
    """Two of them as one, in the same order as if they had been added up together."""
    pairs = [
        *((one.in_all, other.in_all), (one.by_day, other.by_day), (one.by_method, other.by_method)),
        *((one.by_service, other.by_service), (one.by_person, other.by_person)),
    ]
    in_all, days, *rest = (_added([*first, *second]) for first, second in pairs)
    return Takings(_in_order(in_all), _in_order(days), *(_largest_first(it) for it in rest))


def by_day(entries: Iterable[Entry]) -> list[Sum]:
    """The first day first."""
    return _in_order(_sums(entries, lambda it: [(it.day, it.cents)]))


def by_method(entries: Iterable[Entry]) -> list[Sum]:
    """What brought the most first, as in the next two."""
    return _largest_first(_sums(entries, lambda it: [(it.method, it.cents)]))


def by_service(entries: Iterable[Entry]) -> list[Sum]:
    """By what the services were called when they were booked."""
    return _largest_first(_sums(entries, lambda it: _divided(it, [part.service for part in it.parts])))


def by_person(entries: Iterable[Entry]) -> list[Sum]:
    """By whoever performed them; None where nobody does."""
    return _largest_first(_sums(entries, lambda it: _divided(it, [part.person for part in it.parts])))


def in_all(entries: Iterable[Entry]) -> list[Sum]:
    """One for each currency."""
    return _in_order(_sums(entries, lambda it: [(None, it.cents)]))


def _divided(entry: Entry, keys: Sequence[str | None]) -> Iterator[tuple[Key, int]]:
    if not keys:
        return iter([(None, entry.cents)])
    return zip(keys, split(entry.cents, [it.weight for it in entry.parts]), strict=True)


def _sums(entries: Iterable[Entry], shares: Shares) -> list[Sum]:
    found: dict[tuple[Key, str], tuple[int, int]] = {}
    for entry in entries:
        for key, cents in shares(entry):
            came, went = found.get((key, entry.currency), (0, 0))
            found[key, entry.currency] = (came + cents, went) if entry.cents > 0 else (came, went - cents)
    return [Sum(key, currency, *both) for (key, currency), both in found.items()]


def _added(sums: Iterable[Sum]) -> list[Sum]:
    found: dict[tuple[Key, str], Sum] = {}
    for it in sums:
        known = found.get((it.key, it.currency), Sum(it.key, it.currency, 0, 0))
        found[it.key, it.currency] = Sum(it.key, it.currency, known.came + it.came, known.went + it.went)
    return list(found.values())


def _in_order(sums: Iterable[Sum]) -> list[Sum]:
    return sorted(sums, key=lambda it: (str(it.key), it.currency))


def _largest_first(sums: Iterable[Sum]) -> list[Sum]:
    return sorted(sums, key=lambda it: (-it.left, str(it.key or ""), it.currency))
