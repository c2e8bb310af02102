"""Dates, times and lengths as people read them, in the page's language."""

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_time, format_timedelta, get_day_names
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from app.core import clock
from app.schedule.wall_clock import utc

# The same date in the order and with the stops of a language; whoever has no line of their own writes the day first.
_PATTERNS = {
    "": {
        "day": "EEEE d MMMM",
        "long_day": "EEEE d MMMM y",
        "dated": "d MMM y",
        "short_day": "EEE d MMM",
        "day_month": "d MMM",
    },
    "en_US": {
        "day": "EEEE, MMMM d",
        "long_day": "EEEE, MMMM d, y",
        "dated": "MMM d, y",
        "short_day": "EEE, MMM d",
        "day_month": "MMM d",
    },
    "de": {
        "day": "EEEE, d. MMMM",
        "long_day": "EEEE, d. MMMM y",
        "dated": "d. MMM y",
        "short_day": "EEE, d. MMM",
        "day_month": "d. MMM",
    },
}


def clock_at(at: datetime, zone: str) -> str:
    """The wall clock of an aware moment in `zone`, such as 13:00 or 1:00 PM."""
    local = at.astimezone(ZoneInfo(zone))
    return clock_minute(local.hour * 60 + local.minute)


def epoch_clock(minute: int, zone: str) -> str:
    """The wall clock of an epoch minute in `zone`."""
    return clock_at(utc(minute), zone)


def date_in(at: datetime, zone: str) -> date:
    """The date on the wall in `zone`, at an aware moment."""
    return at.astimezone(ZoneInfo(zone)).date()


def clock_minute(minute: int) -> str:
    """The clock time `minute` minutes after local midnight; beyond 1440 it is the next day's."""
    return _clock(page_locale(), minute % 1440)


def clock_texts() -> Callable[[int], str]:
    """`clock_minute` for a page that shows hundreds: the language is asked for once."""
    locale = page_locale()
    return lambda minute: _clock(locale, minute % 1440)


class MomentTexts(dict[datetime, str]):
    """`clock_at` of each aware moment in one zone, written out when it is looked up first, for a page with hundreds.

    To look one up costs a template a fraction of what it takes to call a function.
    """

    def __init__(self, zone: str) -> None:
        super().__init__()
        self.locale, self.wall = page_locale(), ZoneInfo(zone)

    def __missing__(self, moment: datetime) -> str:
        text = self[moment] = self.write(moment.astimezone(self.wall))
        return text

    def write(self, local: datetime) -> str:
        """The text of a moment on the wall."""
        return _clock(self.locale, local.hour * 60 + local.minute)


class DatedMomentTexts(MomentTexts):
    """The same after the moment's `short_day`."""

    def write(self, local: datetime) -> str:
        """The text of a moment on the wall."""
        return f"{_date(self.locale, _pattern('short_day'), local.date())}, {super().write(local)}"


def moment_texts(zone: str) -> tuple[MomentTexts, MomentTexts]:
    """The times, and the days and times, of whatever moments a page shows in one zone."""
    return MomentTexts(zone), DatedMomentTexts(zone)


def clock_hour(hour: int) -> str:
    """A full hour beside a calendar: 13:00 or 1 PM; beyond 24 it is the next day's."""
    text = clock_minute(hour * 60)
    return text if text.endswith("00") else text.replace(":00", "", 1)


def page_locale() -> str:
    """The page's language as Babel names it; asked for with every time of a day."""
    locale = get_locale()
    return _name(locale) if locale else "en"


@functools.lru_cache(maxsize=100)
def _name(locale: Locale) -> str:
    return str(locale)


@functools.lru_cache(maxsize=20_000)
def _clock(locale: str, minute: int) -> str:
    return format_time(time(minute // 60, minute % 60), "short", locale=locale)


def day(on: date) -> str:
    """Friday 20 November, in the page's language."""
    return _date(page_locale(), _pattern("day"), on)


def long_day(on: date) -> str:
    """Friday 20 November 2026, in the page's language."""
    return _date(page_locale(), _pattern("long_day"), on)


def dated(on: date) -> str:
    """20 Nov 2026, in the page's language."""
    return _date(page_locale(), _pattern("dated"), on)


def short_day(on: date) -> str:
    """Fri 20 Nov, in the page's language."""
    return _date(page_locale(), _pattern("short_day"), on)


def day_month(on: date) -> str:
    """24 Dec, in the page's language."""
    return _date(page_locale(), _pattern("day_month"), on)


def weekday(on: date) -> str:
    """Fri, in the page's language."""
    return _date(page_locale(), "EEE", on)


def weekday_short(weekday: int) -> str:
    """The same as on a calendar, Mon."""
    return get_day_names("abbreviated", "stand-alone", get_locale())[weekday]


def date_range(first: date, last: date) -> str:
    """16–22 November 2026, in the page's language."""
    return _range(page_locale(), first, last)


@functools.lru_cache(maxsize=5_000)
def _range(locale: str, first: date, last: date) -> str:
    return str(format_interval(first, last, "yMMMMd", locale=locale))


def weekday_name(weekday: int) -> str:
    """The full name of a weekday; 0 is Monday."""
    return get_day_names("wide", "stand-alone", get_locale())[weekday]


def hours(intervals: Sequence[tuple[int, int]]) -> str:
    """Open intervals of a day in minutes from midnight: 09:00–12:00 and 13:00–18:00; "all day" for all of it."""
    words = [
        _("all day") if closes - opens == 1440 else f"{clock_minute(opens)}–{clock_minute(closes)}"
        for opens, closes in intervals
    ]
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1])


def week_in_words(week: Mapping[int, Sequence[tuple[int, int]]], whose: str = "hours") -> str:
    """Weekday (0 is Monday) to open intervals: Open Mon–Fri 09:00–18:00, Sat 09:00–14:00.

    Only a business is open: of a person (`staff`) or room (`rooms`) it is the hours alone.
    """
    names = get_day_names("abbreviated", "stand-alone", get_locale())
    groups = []
    for intervals, run in groupby(range(7), lambda at: list(week.get(at, ()))):
        days = list(run)
        if intervals:
            name = names[days[0]] if len(days) == 1 else f"{names[days[0]]}–{names[days[-1]]}"
            groups.append(f"{name} {hours(intervals)}")
    if not groups:
        return _("Closed all week")
    separator = "; " if any(len(week.get(at, ())) > 1 for at in range(7)) else ", "
    words = separator.join(groups)
    return _("Open %(hours)s", hours=words) if whose == "hours" else words


def month(on: date) -> str:
    """November 2026, in the page's language."""
    return _date(page_locale(), "LLLL y", on)


def month_short(on: date) -> str:
    """Nov 2026, in the page's language."""
    return _date(page_locale(), "LLL y", on)


@functools.lru_cache(maxsize=20_000)
def _date(locale: str, pattern: str, on: date) -> str:
    return format_date(on, pattern, locale=locale)


def _pattern(what: str) -> str:
    return _PATTERNS.get(page_locale(), _PATTERNS[""])[what]


def minutes(length: int) -> str:
    """45 min, 1 h, 1 h 30 min."""
    hours, rest = divmod(length, 60)
    if not hours:
        return _("%(n)s min", n=rest)
    if not rest:
        return _("%(n)s h", n=hours)
    return _("%(hours)s h %(rest)s min", hours=hours, rest=rest)


def ago(at: datetime) -> str:
    """How long it is since a moment: 3 days ago."""
    passed = clock.now() - at
    if passed < timedelta(minutes=1):
        return _("just now")
    return format_timedelta(-passed, granularity="minute", add_direction=True, locale=page_locale())


def lead_time(minutes: int) -> str:
    """How long before something, as people say it: 30 minutes, 24 hours, 7 days. Hours up to three days are hours."""
    hours, rest = divmod(minutes, 60)
    if rest:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if hours % 24 == 0 and hours > 72:
        return ngettext("%(num)d day", "%(num)d days", hours // 24)
    return ngettext("%(num)d hour", "%(num)d hours", hours)


def stopwatch(seconds: int) -> str:
    """Seconds as 9:58."""
    return f"{seconds // 60}:{seconds % 60:02}"
