"""Dates, times, money and lengths as people read them, in the page's language."""

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import groupby
from urllib.parse import quote
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_interval, format_time, get_day_names
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.trades import find_trade
from app.core.money import show_money
from app.core.text import is_web_address
from app.places import city_of, zones_by_region
from app.schedule.wall_clock import utc, write_start


def init_formatters(app: Flask) -> None:
    """Offer the filters to templates."""
    filters = {
        "clock": clock_at,
        "clock_hour": clock_hour,
        "clock_minute": clock_minute,
        "date_in": date_in,
        "date_range": date_range,
        "dated": dated,
        "day": day,
        "day_month": day_month,
        "short_day": short_day,
        "weekday": weekday,
        "weekday_name": weekday_name,
        "weekday_short": weekday_short,
        "month": month,
        "long_day": long_day,
        "map_url": map_url,
        "masked_email": masked_email,
        "masked_phone": masked_phone,
        "minutes": minutes,
        "money": money,
        "phone_number": phone_number,
        "stopwatch": stopwatch,
        "epoch_clock": epoch_clock,
        "epoch_wire": write_start,
        "hours": hours,
        "week_in_words": week_in_words,
        "trade_icon": trade_icon,
        "trade_name": trade_name,
        "zone_name": zone_name,
        "zone_city": zone_city,
        "other_zones": other_zones,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.tests["web_address"] = is_web_address
    app.jinja_env.globals.update(
        current_language=current_language, text_direction=text_direction, clock_texts=clock_texts
    )


def current_language() -> str:
    """The page's language as a BCP 47 tag."""
    return str(get_locale() or "en").replace("_", "-")


def text_direction() -> str:
    """ltr or rtl."""
    return (get_locale() or Locale("en")).text_direction


def money(minor: int, currency: str) -> str:
    """An amount in minor units with its currency's sign and digits."""
    return show_money(minor, currency, _locale())


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
    return _clock(_locale(), minute % 1440)


def clock_texts() -> Callable[[int], str]:
    """`clock_minute` for a page that shows hundreds: the language is asked for once."""
    locale = _locale()
    return lambda minute: _clock(locale, minute % 1440)


def clock_hour(hour: int) -> str:
    """A full hour beside a calendar: 13:00 or 1 PM; beyond 24 it is the next day's."""
    text = clock_minute(hour * 60)
    return text if text.endswith("00") else text.replace(":00", "", 1)


def _locale() -> str:
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
    return _date(_locale(), "EEEE d MMMM" if _day_first() else "EEEE, MMMM d", on)


def long_day(on: date) -> str:
    """Friday 20 November 2026, in the page's language."""
    return _date(_locale(), "EEEE d MMMM y" if _day_first() else "EEEE, MMMM d, y", on)


def dated(on: date) -> str:
    """20 Nov 2026, in the page's language."""
    return _date(_locale(), "d MMM y" if _day_first() else "MMM d, y", on)


def short_day(on: date) -> str:
    """Fri 20 Nov, in the page's language."""
    return _date(_locale(), "EEE d MMM" if _day_first() else "EEE, MMM d", on)


def day_month(on: date) -> str:
    """24 Dec, in the page's language."""
    return _date(_locale(), "d MMM" if _day_first() else "MMM d", on)


def weekday(on: date) -> str:
    """Fri, in the page's language."""
    return _date(_locale(), "EEE", on)


def weekday_short(weekday: int) -> str:
    """The same as on a calendar, Mon."""
    return get_day_names("abbreviated", "stand-alone", get_locale())[weekday]


def date_range(first: date, last: date) -> str:
    """16–22 November 2026, in the page's language."""
    return _range(_locale(), first, last)


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
    return _date(_locale(), "LLLL y", on)


@functools.lru_cache(maxsize=20_000)
def _date(locale: str, pattern: str, on: date) -> str:
    return format_date(on, pattern, locale=locale)


def _day_first() -> bool:
    """Whether the language writes the day before the month."""
    return _writes_day_first(_locale())


@functools.lru_cache(maxsize=100)
def _writes_day_first(locale: str) -> bool:
    pattern = Locale.parse(locale).date_formats["medium"].pattern
    return bool(pattern.index("d") < pattern.index("M"))


def minutes(length: int) -> str:
    """45 min, 1 h, 1 h 30 min."""
    hours, rest = divmod(length, 60)
    if not hours:
        return _("%(n)s min", n=rest)
    if not rest:
        return _("%(n)s h", n=hours)
    return _("%(hours)s h %(rest)s min", hours=hours, rest=rest)


def phone_number(number: str) -> str:
    """A phone number as people write it from anywhere, +49 30 5550142; what is none stays as it is."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def masked_email(address: str) -> str:
    """An e-mail address for those who need to know who is meant, not how to reach them: o•••@example.com."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"


def masked_phone(number: str) -> str:
    """The end of a phone number, by which its owner is told from others: ••• 456."""
    return f"••• {number[-3:]}"


def map_url(address: str) -> str:
    """Where a map shows an address."""
    return f"https://www.google.com/maps/search/?api=1&query={quote(address, safe='')}"


def stopwatch(seconds: int) -> str:
    """Seconds as 9:58."""
    return f"{seconds // 60}:{seconds % 60:02}"


def trade_icon(key: str | None) -> str:
    """The icon of a trade."""
    trade = find_trade(key)
    return trade.icon if trade else "store"


def trade_name(key: str | None) -> str:
    """What a trade is called, in the page's language; empty for none."""
    trade = find_trade(key)
    return str(trade.name) if trade else ""


def zone_name(zone: str) -> str:
    """The zone's city as people say it: Berlin time."""
    return _("%(city)s time", city=city_of(zone))


def zone_city(zone: str) -> str:
    """The zone's city alone: Berlin."""
    return city_of(zone)


def other_zones(zone: str) -> list[tuple[str, list[SelectChoice]]]:
    """The zones to choose from besides one, by region."""
    return [
        (str(group), list(those)) for group, those in groupby(zones_by_region({zone}), lambda it: it.optgroup)
    ]
