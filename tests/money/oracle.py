"""Payments and refunds added up one after the other, as the sums of the database are held against."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from app.core.money import split
from app.takings.entries import Entry
from app.takings.totals import Key, Sum, Takings

Shares: TypeAlias = Callable[[Entry], Iterable[tuple[Key, int]]]


def takings_of(entries: Sequence[Entry]) -> Takings:
    return Takings(
        _in_order(_sums(entries, lambda it: [(None, it.cents)])),
        _in_order(_sums(entries, lambda it: [(it.day, it.cents)])),
        _largest_first(_sums(entries, lambda it: [(it.method, it.cents)])),
        _largest_first(_sums(entries, lambda it: _divided(it, [part.service for part in it.parts]))),
        _largest_first(_sums(entries, lambda it: _divided(it, [part.person for part in it.parts]))),
    )


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


def _in_order(sums: Iterable[Sum]) -> list[Sum]:
    return sorted(sums, key=lambda it: (str(it.key), it.currency))


def _largest_first(sums: Iterable[Sum]) -> list[Sum]:
    return sorted(sums, key=lambda it: (-it.left, str(it.key or ""), it.currency))
