"""The filters of templates: dates and times, and money, phone numbers, trades and zones as people read them."""

import functools
from datetime import date
from decimal import Decimal
from itertools import groupby
from urllib.parse import quote

import phonenumbers
from babel import Locale
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.businesses.painting import paint
from app.businesses.trades import find_trade
from app.core.money import show_money
from app.core.text import is_web_address
from app.dates import (
    ago,
    clock_at,
    clock_hour,
    clock_minute,
    date_in,
    date_range,
    dated,
    day,
    day_month,
    epoch_clock,
    hours,
    lead_time,
    long_day,
    minutes,
    moment_texts,
    month,
    month_short,
    page_locale,
    short_day,
    stopwatch,
    week_in_words,
    weekday,
    weekday_name,
    weekday_short,
)
from app.notifications.listing import reason_of, state_of, title_of
from app.payments.wording import MONEY_WORDS
from app.places import city_of, zones_by_region
from app.schedule.rota import begins_on
from app.schedule.wall_clock import write_start


def init_formatters(app: Flask) -> None:
    """Offer the filters to templates."""
    filters = {
        "ago": ago,
        "average": average,
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
        "month_short": month_short,
        "long_day": long_day,
        "map_url": map_url,
        "masked_email": masked_email,
        "masked_phone": masked_phone,
        "minutes": minutes,
        "money": money,
        "number": number,
        "phone_number": phone_number,
        "stopwatch": stopwatch,
        "epoch_clock": epoch_clock,
        "epoch_wire": write_start,
        "hours": hours,
        "initials": initials,
        "lead_time": lead_time,
        "rota_monday": rota_monday,
        "week_in_words": week_in_words,
        "trade_icon": trade_icon,
        "trade_name": trade_name,
        "zone_name": zone_name,
        "zone_city": zone_city,
        "other_zones": other_zones,
        "paint": paint,
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.tests["web_address"] = is_web_address
    app.jinja_env.globals.update(message_state=state_of, message_title=title_of, message_reason=reason_of)
    app.jinja_env.globals.update(money_words=MONEY_WORDS)
    app.jinja_env.globals.update(
        current_language=current_language, text_direction=text_direction, moment_texts=moment_texts
    )


def current_language() -> str:
    """The page's language as a BCP 47 tag."""
    return str(get_locale() or "en").replace("_", "-")


def text_direction() -> str:
    """ltr or rtl."""
    return (get_locale() or Locale("en")).text_direction


def money(minor: int, currency: str) -> str:
    """An amount in minor units with its currency's sign and digits."""
    return show_money(minor, currency, page_locale())


def number(count: int) -> str:
    """A whole number with the marks of the page's language, 12,345."""
    return _number(page_locale(), count)


@functools.lru_cache(maxsize=10_000)
def _number(locale: str, count: int) -> str:
    return format_decimal(count, "#,##0", locale=locale)


def average(stars: Decimal) -> str:
    """With one decimal place, 4.0 too."""
    return format_decimal(stars, "0.0", locale=page_locale())


@functools.lru_cache(maxsize=10_000)
def initials(name: str) -> str:
    """The first letters of the first and the last word, for a disc with no picture."""
    words = name.split()
    return "".join(it[0].upper() for it in (words[:1] + words[1:][-1:]))


@functools.lru_cache(maxsize=10_000)
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


def rota_monday(week: int, weeks: int, today: date) -> date:
    """When week `week` (from 0) of a rota of so many weeks is, or comes next."""
    return begins_on(today, week, weeks)
