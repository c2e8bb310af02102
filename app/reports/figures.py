"""What a report is made of: figures beside those before, charts and tables. Nothing here knows what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from flask_babel import LazyString

from app.reports.spans import Span, beside

Words: TypeAlias = str | LazyString
# How a value is written: as it is, as a number, as minutes, as a share of 1, as money, or as the days of a stretch.
KINDS = ("text", "count", "minutes", "share", "money", "stretch")


class Amount(NamedTuple):
    """Minor units of a currency."""

    cents: int
    currency: str


class Change(NamedTuple):
    """How a value differs from the one before.

    `kind`: up, down, same, new (there was none before) or unknown. `by` is the part of what it was before; of
    shares it is the difference.
    """

    kind: str
    by: float = 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a report. `better`: what an owner would like, up or down; None where it is neither."""

    label: Words
    kind: str
    now: Any
    before: Any
    better: str | None = None
    hint: Words | None = None

    @property
    def change(self) -> Change:
        """How it differs from the one before."""
        return change_of(self.kind, self.now, self.before)

    @property
    def tone(self) -> str:
        """good or bad where the change is one of them, else neutral."""
        if self.better is None or self.change.kind not in ("up", "down"):
            return "neutral"
        return "good" if self.change.kind == self.better else "bad"


@dataclass(frozen=True, slots=True)
class Column:
    """What stands below a heading, and how it is written."""

    label: Words
    kind: str = "count"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their columns; the first column names the row. The column `bars`, if any, is drawn as bars too."""

    title: Words
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    bars: int | None = None
    links: Sequence[int] = ()

    @property
    def lengths(self) -> list[float]:
        """How long the bar of each row is, in hundredths of the longest; shares are hundredths of the whole."""
        if self.bars is None:
            return [0.0] * len(self.rows)
        values = [max(0.0, size_of(row[self.bars])) for row in self.rows]
        longest = 1.0 if self.columns[self.bars].kind == "share" else max(values, default=0.0)
        return [round(min(100.0, 100 * it / longest), 1) if longest else 0.0 for it in values]


@dataclass(frozen=True, slots=True)
class Chart:
    """A number for each stretch of the period, beside that of the stretch in the same place before."""

    title: Words
    kind: str
    unit: str
    stretches: Sequence[Span]
    stretches_before: Sequence[Span]
    now: Sequence[Any]
    before: Sequence[Any]

    @property
    def pairs(self) -> list[tuple[Span, Any, Span | None, Any]]:
        """Each stretch and its value, with those before; None where there are none."""
        return [
            (it, self.now[at], other, self.before[at] if other else None)
            for at, (it, other) in enumerate(beside(self.stretches, self.stretches_before))
        ]

    @property
    def has_any(self) -> bool:
        """Whether there is anything to draw."""
        return any(size_of(it) for it in [*self.now, *self.before])


@dataclass(frozen=True, slots=True)
class Heat:
    """How much happens at each hour of each weekday."""

    title: Words
    counts: dict[tuple[int, int], int]

    @property
    def hours(self) -> list[int]:
        """From the first in which anything happens to the last."""
        hours = [hour for (_, hour), count in self.counts.items() if count]
        return list(range(min(hours), max(hours) + 1)) if hours else []

    def level(self, weekday: int, hour: int) -> int:
        """0 where there is nothing, and 1 to 5 of what there is at most."""
        count, most = self.counts.get((weekday, hour), 0), max(self.counts.values(), default=0)
        return -(-5 * count // most) if count else 0


@dataclass(frozen=True, slots=True)
class Report:
    """All of a page. `notes` say what is counted; `empty`: nothing happened in this period and the one before."""

    name: str
    figures: Sequence[Figure]
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    heat: Heat | None = None
    notes: Sequence[Words] = field(default=())
    empty: bool = False


def change_of(kind: str, now: Any, before: Any) -> Change:
    """How a value differs from the one before."""
    if now is None or before is None:
        return Change("unknown")
    is_now, was = size_of(now), size_of(before)
    by = is_now - was
    if kind != "share":
        if not was:
            return Change("new" if is_now else "same")
        by /= abs(was)
    if abs(by) < 0.0005:
        return Change("same")
    return Change("up" if by > 0 else "down", by)


def size_of(value: Any) -> float:
    """A value as a number to draw; None is nothing."""
    if isinstance(value, Amount):
        return float(value.cents)
    return float(value or 0)
