"""Time somebody's calendar elsewhere says they are busy."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Busy:
    """Whole days, `first` to `last`, or the time from `starts_at` to `ends_at`; `uid` names the event it is of."""

    uid: str
    first: date | None = None
    last: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
