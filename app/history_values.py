"""What the history calls values that are kept as codes and numbers, by the field they stand in."""

from collections.abc import Callable, Mapping
from typing import Any

from babel import Locale
from babel.numbers import get_currency_name
from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _

from app.appointments.history import OVERRIDDEN
from app.appointments.statuses import MEMBERS_WORDS
from app.businesses.hues import NAMES, STEP
from app.dates import clock_minute, lead_time, minutes, page_locale, weekday_name
from app.formatters import trade_name, zone_name
from app.i18n import LANGUAGES
from app.payments.wording import CAUSES, METHODS
from app.schedule.verdict import Refusal
from app.staff.forms import ROLE_NAMES, SIGHTS
from app.terms_in_words import percent

_UNITS = {"minutes": _("minutes"), "hours": _("hours"), "days": _("days")}
WORDS: Mapping[str, Mapping[str, str | LazyString]] = {
    "about": {"before": _("before the visit"), "after": _("after the visit")},
    "cause": CAUSES,
    "channel": {"email": _("By e-mail"), "sms": _("By text message")},
    "detail": {
        "full": _("Everything: service, names, phone numbers and a link"),
        "busy": _("Only “Busy”, for programs and people who need not know more"),
    },
    "kind": {
        "staff": _("Person"),
        "space": _("Room"),
        "yes_no": _("Yes or no"),
        "text": _("Text"),
        "choice": _("Choice"),
    },
    "language": LANGUAGES,
    "method": METHODS,
    "mode": {"off": _("Switched off"), "test": _("Test"), "live": _("For real")},
    "notice_unit": _UNITS,
    "overridden": {
        **OVERRIDDEN,
        Refusal.TOO_SOON: _("sooner than customers may book"),
        Refusal.TOO_FAR: _("further ahead than customers may book"),
        Refusal.OFF_GRID: _("between the times that are offered"),
    },
    "prepay": {"none": _("Nothing"), "deposit": _("A deposit"), "full": _("The full price")},
    "role": ROLE_NAMES,
    "staff_see": SIGHTS,
    "status": MEMBERS_WORDS,
    "unit": _UNITS,
}
PICTURES = {"cover", "logo", "photo", "picture"}


def text_in_words(field: str, value: str) -> str | None:
    """A code as people call it; None where it is a text of its own."""
    if field in PICTURES:
        return gettext("a picture")
    if words := WORDS.get(field, {}).get(value):
        return str(words)
    said: Mapping[str, Callable[[str], str | None]] = {
        "country": Locale.parse(page_locale()).territories.get,
        "currency": lambda code: get_currency_name(code, locale=page_locale()),
        "trade": trade_name,
        "zone": zone_name,
    }
    return said[field](value) or None if field in said else None


def number_in_words(field: str, value: int) -> str | None:
    """A number as people say it; None where it is one that only counts."""
    if field.endswith("_bp"):
        return percent(value)
    said: Mapping[str, Callable[[int], str]] = {
        "brand_hue": lambda hue: str(NAMES[hue // STEP % len(NAMES)]),
        "change_until_min": lead_time,
        "rota_of": lambda of: ngettext("every week", "every %(num)d weeks", of),
        "rota_week": lambda week: str(week + 1),
        "weekday": weekday_name,
        "weekdays": _weekdays,
        **dict.fromkeys(("at_min", "from_min", "starts_min", "until_min"), clock_minute),
    }
    if field in said:
        return said[field](value)
    return minutes(value) if field.endswith("_min") or field in ("minutes", "hold_minutes") else None


def parts_in_words(field: str, value: Mapping[str, Any]) -> str | None:
    """A step of what goes back when somebody cancels; None for what is something else."""
    if field != "refund_steps":
        return None
    time = lead_time(value["until_min"])
    return gettext("%(share)s until %(time)s before", share=percent(value["back_bp"]), time=time)


def stretches_in_words(value: list[list[int]]) -> str:
    """When somebody is needed, in minutes from the beginning of a visit."""
    return ", ".join(f"{begin}–{gettext('%(n)s min', n=end)}" for begin, end in value)


def _weekdays(mask: int) -> str:
    """Monday is the lowest bit."""
    days = [weekday_name(at) for at in range(7) if mask >> at & 1]
    return gettext("every day") if len(days) == 7 else ", ".join(days)
