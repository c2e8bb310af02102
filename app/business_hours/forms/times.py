"""Hours of a day as people type them."""

from collections.abc import Iterable
from itertools import pairwise

from flask_babel import gettext as _
from wtforms import ValidationError

from app.core.intervals import Interval
from app.dates import clock_minute
from app.fields import read_clock

DAY = 1440
MOST_INTERVALS = 4


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
