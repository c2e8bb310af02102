"""What this browser removed last, so that it can be put back."""

from datetime import date, datetime

from flask import g, session

from app.business_hours.models import TimeOff
from app.business_hours.special import OwnDay


def remember_day(day: OwnDay) -> None:
    """Keep a special day that is about to go."""
    session["special_day"] = [*_whose(), str(day.on), day.label, day.intervals]


def removed_day() -> OwnDay | None:
    """The special day that was removed last of whose page this is."""
    *of, on, label, intervals = session.get("special_day") or [None, None, "", None, []]
    if of != _whose():
        return None
    return OwnDay(date.fromisoformat(on), label, [(opens, closes) for opens, closes in intervals])


def remember_off(off: TimeOff) -> None:
    """Keep time off that is about to go."""
    ends = [str(it) if it else None for it in (off.first_on, off.last_on, off.starts_at, off.ends_at)]
    session["time_off"] = [*_whose(), *ends, off.reason]


def removed_off() -> TimeOff | None:
    """The time off that was removed last of whose page this is; a row that is in no database."""
    *of, first_on, last_on, starts_at, ends_at, reason = session.get("time_off") or [None] * 7
    if of != _whose():
        return None
    return TimeOff(
        first_on=first_on and date.fromisoformat(first_on),
        last_on=last_on and date.fromisoformat(last_on),
        starts_at=starts_at and datetime.fromisoformat(starts_at),
        ends_at=ends_at and datetime.fromisoformat(ends_at),
        reason=reason,
    )


def forget(kind: str) -> None:
    """It was put back."""
    session.pop(kind, None)


def _whose() -> list[int | None]:
    return [g.business.id, g.whose.resource_id]
