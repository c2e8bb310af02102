"""How much of what was paid goes back to whoever gives something up; nothing here asks the database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from app.core.money import share_of, up_to

ALL = 10_000  # Hundredths of a percent.
MOST_STEPS = 5


@dataclass(frozen=True, slots=True, order=True)
class RefundStep:
    """Up to `until_min` minutes (real time) before the start, `back_bp` hundredths of a percent go back."""

    until_min: int
    back_bp: int


def read_steps(kept: Iterable[Mapping[str, int]]) -> tuple[RefundStep, ...]:
    """The steps as a row keeps them, the earliest first."""
    return tuple(sorted((RefundStep(it["until_min"], it["back_bp"]) for it in kept), reverse=True))


def write_steps(steps: Iterable[RefundStep]) -> list[dict[str, int]]:
    """The same as a row keeps them (JSON)."""
    return [asdict(it) for it in sorted(steps, reverse=True)]


def share_back(steps: Sequence[RefundStep], start: datetime, at: datetime) -> int:
    """The share (hundredths of a percent) that goes back to who cancels at a moment: that of the last step not missed.

    The last second of a step counts. After the last step nothing goes back.
    """
    return next((it.back_bp for it in steps if _counts(it, start, at)), 0)


def goes_back(paid: int, share_bp: int, step: int = 1) -> int:
    """So much (minor units) of what was paid and has not gone back yet, in whole steps up; never more than that."""
    return min(paid, up_to(share_of(paid, share_bp), step))


def left_of(
    steps: Iterable[RefundStep], start: datetime | None = None, at: datetime | None = None
) -> list[RefundStep]:
    """The steps that make a difference, the earliest first; from a start only those not missed at a moment."""
    found: list[RefundStep] = []
    for step in sorted(steps, reverse=True):
        missed = start is not None and at is not None and not _counts(step, start, at)
        if missed:
            continue
        if found and found[-1].back_bp == step.back_bp:
            found.pop()
        found.append(step)
    while found and not found[-1].back_bp:
        found.pop()
    return found


def last_moment(step: RefundStep, start: datetime) -> datetime:
    """The last moment (UTC) of a step; minutes are real time."""
    return start.astimezone(UTC) - timedelta(minutes=step.until_min)


def _counts(step: RefundStep, start: datetime, at: datetime) -> bool:
    return at.astimezone(UTC) <= last_moment(step, start)
