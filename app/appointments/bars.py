"""What the bars of an explained day are made of, and those of a class."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.intervals import Interval, subtract
from app.schedule.explaining import Explanation
from app.schedule.verdict import Refusal


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time in a row (epoch minutes). `look`: "off", "taken", "rule", or "into" for what would last into one."""

    start: int
    end: int
    look: str


@dataclass(frozen=True, slots=True)
class Row:
    """One rule and what it says of the starts of the day; of one person or room where it is theirs.

    `can` are the starts it allows. `kind` is a refusal, or "person" where hours and bookings of one of several
    people stand together.
    """

    kind: str
    stretches: Sequence[Stretch]
    can: Sequence[Interval]
    resource: int | None = None
    steps: Sequence[int] = ()


def rows_of_class(explanation: Explanation) -> list[Row]:
    """A row for each rule that can speak against a date of a class that day, in the order of the engine.

    A class has hours of its own, so of the business's and of people's time only closures and time off are drawn. Where
    something else than time decides, the row is empty or full.
    """
    dates, span, starts = explanation.set_times, explanation.span, explanation.starts
    performers = dict.fromkeys(resource for it in dates for resource in it.resources)
    rows = [_row(Refusal.CLOSED, span, explanation.away(None), "off")]
    rows += [_row(Refusal.STAFF_OFF, span, explanation.away(it), "off", it) for it in performers]
    rows.append(_row(Refusal.TOO_SOON, span, _before(span, starts.earliest), "rule"))
    rows.append(_row(Refusal.TOO_FAR, span, [span] if explanation.day > starts.last_day else [], "rule"))
    if explanation.facts.service.has_daily_limit:
        limited = [span] if starts.is_limited(explanation.day) else []
        rows.append(_row(Refusal.LIMIT, span, limited, "rule"))
    full = [(it.start, it.end) for it in dates if Refusal.FULL in it.refused]
    rows.append(_row(Refusal.FULL, span, full, "taken"))
    return [*rows, Row(Refusal.OFF_GRID, (), (span,), steps=[it.start for it in dates])]


def _row(
    kind: Refusal, span: Interval, blocked: Sequence[Interval], look: str, resource: int | None = None
) -> Row:
    can = subtract([span], sorted(blocked))
    return Row(kind, [Stretch(*it, look) for it in blocked], can, resource)


def _before(span: Interval, moment: int) -> list[Interval]:
    begin, end = span
    return [(begin, min(moment, end))] if moment > begin else []
