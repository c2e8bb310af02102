"""Hours of a day as people type them."""

import re
from collections.abc import Iterable
from itertools import pairwise

from flask_babel import gettext as _
from wtforms import ValidationError

from app.core.intervals import Interval
from app.formatters import clock_minute

DAY = 1440
MOST_INTERVALS = 4
_CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?(?::00)?", re.ASCII)


def read_clock(text: str) -> int:
    """`9`, `9:30`, `9.30`, `0930` and `24:00` as minutes from midnight. Raises ValidationError for anything else."""
    found = _CLOCK.fullmatch(text.strip())
    hours, minutes = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if minutes > 59 or hours * 60 + minutes > DAY:
        raise ValidationError(
            _("“%(text)s” is not a time of day. Please write it like 9:00 or 17:30.", text=text[:20])
        )
    return hours * 60 + minutes


def read_interval(since: str, until: str) -> Interval:
    """From and until in minutes from midnight; an end at or before the beginning is on the next day.

    Raises ValidationError when one of them is missing or no time.
    """
    if not since.strip() or not until.strip():
        raise ValidationError(_("Please give both times, from when and until when."))
    opens, closes = read_clock(since), read_clock(until)
    if opens == DAY:
        raise ValidationError(_("A day begins at 00:00; 24:00 is only an end."))
    return opens, closes if closes > opens else closes + DAY


def read_day(pairs: Iterable[tuple[str, str]]) -> list[Interval]:
    """The intervals of a day, earliest first; pairs with nothing in them are left out. Raises ValidationError."""
    intervals = sorted(read_interval(*pair) for pair in pairs if any(map(str.strip, pair)))
    if len(intervals) > MOST_INTERVALS:
        raise ValidationError(_("A day has at most four stretches of time."))
    for before, after in pairwise(intervals):
        if after[0] < before[1]:
            raise ValidationError(
                _("%(one)s and %(other)s overlap.", one=in_words(before), other=in_words(after))
            )
    return intervals


def in_words(interval: Interval) -> str:
    """09:00–18:00."""
    return f"{clock_minute(interval[0])}–{clock_minute(interval[1])}"


def write_clock(minute: int) -> str:
    """Minutes from midnight as an <input type="time"> holds them: 09:30; midnight, at either end, is 00:00."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"
