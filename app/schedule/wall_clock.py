"""A zone's clock on the wall against the epoch minutes everything else is counted in.

An epoch minute counts whole minutes since 1970-01-01T00:00Z. A wall minute counts from midnight as the wall clock
shows it, so 1440 is the next midnight and 1500 is 01:00 of the next day. Offsets are looked up once per day of a year
and kept; after that everything is integer arithmetic.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.core.errors import NoSuchTime

DAY = 1440
FIRST_DATE = date(2000, 1, 1)
LAST_DATE = date(2100, 12, 31)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MINUTE = timedelta(minutes=1)
_FOREVER = 2**40
_WIRE = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(?::00)?([+-]\d{2}:\d{2})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def epoch_minute(moment: datetime) -> int:
    """The minute an aware datetime falls into."""
    return (moment - _EPOCH) // _MINUTE


def epoch_minute_not_before(moment: datetime) -> int:
    """The first whole minute that is not before an aware datetime: 10:00:01 gives 10:01."""
    return -((_EPOCH - moment) // _MINUTE)


def utc(minute: int) -> datetime:
    """An epoch minute as an aware UTC datetime."""
    return _EPOCH + minute * _MINUTE


def local_date(moment: datetime, zone: str) -> date:
    """The date on the wall in a zone, at an aware datetime."""
    return moment.astimezone(ZoneInfo(zone)).date()


def days_between(first: date, last: date) -> list[date]:
    """Both ends included."""
    return [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]


def read_date(text: str) -> date:
    """`2027-10-31`; anything else, or another year than 2000 to 2100, raises NoSuchTime."""
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DATE <= day <= LAST_DATE:
        raise NoSuchTime
    return day


def read_start(text: str, zone: str) -> int:
    """`2027-10-31T02:00:00+02:00` as an epoch minute.

    Raises NoSuchTime for another form, and where the zone has another offset at that instant: this tells the two 02:00
    of an October night apart and refuses the 02:30 of a March one.
    """
    form = _WIRE.fullmatch(text)
    if form is None:
        raise NoSuchTime
    read_date(text[:10])
    try:
        moment = datetime.fromisoformat(form[1] + form[2])
    except ValueError as error:
        raise NoSuchTime from error
    if moment.astimezone(ZoneInfo(zone)).utcoffset() != moment.utcoffset():
        raise NoSuchTime
    return epoch_minute(moment)


def write_start(minute: int, zone: str) -> str:
    """An epoch minute in the form `read_start` reads."""
    return utc(minute).astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


class _Span(NamedTuple):
    """Epoch minutes during which a zone keeps one offset (minutes east of UTC)."""

    start: int
    end: int
    offset: int


class WallClock:
    """One zone over a range of dates, two days more on either side."""

    def __init__(self, zone: str, first: date, last: date) -> None:
        changes = [(-_FOREVER, 0)]
        for year in range((first - timedelta(2)).year, (last + timedelta(4)).year + 1):
            changes += _changes(zone, year)
        changes[0] = (-_FOREVER, changes[1][1])
        kept = [changes[0], *(after for before, after in pairwise(changes) if before[1] != after[1])]
        ends = [start for start, _ in kept[1:]] + [_FOREVER]
        self.zone = zone
        self._spans = [_Span(start, end, offset) for (start, offset), end in zip(kept, ends, strict=True)]
        self._starts = [span.start for span in self._spans]

    def opening(self, day: date, wall: int) -> int:
        """When something that opens at this wall minute opens: the first of two, or the jump over a missing one."""
        shown = _shown(day, wall)
        span = next(span for span in self._spans if shown < span.end + span.offset)
        return max(span.start, shown - span.offset)

    def closing(self, day: date, wall: int) -> int:
        """When something that closes at this wall minute closes: the second of two, or the jump over a missing one."""
        shown = _shown(day, wall)
        span = next(span for span in reversed(self._spans) if span.start + span.offset <= shown)
        return min(span.end, shown - span.offset)

    def instants(self, day: date, wall: int) -> list[int]:
        """Every epoch minute at which the clock shows this: none, one or two."""
        shown = _shown(day, wall)
        return [shown - span.offset for span in self._spans if span.start <= shown - span.offset < span.end]

    def offset(self, minute: int) -> int:
        """Minutes east of UTC at an epoch minute."""
        return self._spans[bisect_right(self._starts, minute) - 1].offset

    def changes(self) -> list[tuple[int, int, int]]:
        """Each epoch minute at which the clock is put forward or back, with the offsets before and after."""
        return [(after.start, before.offset, after.offset) for before, after in pairwise(self._spans)]

    def shows(self, minute: int) -> tuple[date, int]:
        """The date and the minute of the day on the wall at an epoch minute."""
        days, wall = divmod(minute + self.offset(minute), DAY)
        return date.fromordinal(days + _EPOCH_ORDINAL), wall

    def midnights(self, days: list[date]) -> Iterator[tuple[date, int | None]]:
        """Each date with its midnight, to which wall minutes up to 2880 can be added; None if the clock changes."""
        spans = self._spans
        offsets = [spans[0].offset, *(span.offset for span in spans), spans[-1].offset]
        plain = [
            (
                span.start + max(span.offset, offsets[at]),
                span.end + min(span.offset, offsets[at + 2]),
                span.offset,
            )
            for at, span in enumerate(spans)
        ]
        at = 0
        for day in days:
            shown = _shown(day, 0)
            while at < len(plain) - 1 and plain[at][1] <= shown:
                at += 1
            start, end, offset = plain[at]
            yield day, shown - offset if start <= shown and shown + 2 * DAY < end else None


def _shown(day: date, wall: int) -> int:
    return (day.toordinal() - _EPOCH_ORDINAL) * DAY + wall


@lru_cache(maxsize=1024)
def _changes(zone: str, year: int) -> list[tuple[int, int]]:
    """The offset a UTC year begins with and each later one, with its first minute. No zone changes twice in a day."""
    tz = ZoneInfo(zone)

    def offset(minute: int) -> int:
        moment = utc(minute).astimezone(tz)
        return (moment.utcoffset() or timedelta()) // _MINUTE

    new_year = epoch_minute(datetime(year, 1, 1, tzinfo=UTC))
    next_year = epoch_minute(datetime(year + 1, 1, 1, tzinfo=UTC))
    changes = [(new_year, offset(new_year))]
    for start in range(new_year, next_year, DAY):
        low, high = start, min(start + DAY, next_year - 1)
        after = offset(high)
        if after == changes[-1][1]:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if offset(middle) == after else (middle, high)
        changes.append((high, after))
    return changes
