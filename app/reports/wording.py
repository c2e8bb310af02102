"""Values of a report in words, and as cells of a table for other programs."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask_babel import LazyString, format_decimal, format_percent, gettext
from flask_babel import lazy_gettext as _

from app.core.spreadsheets import plain_amount
from app.reports.figures import Amount, Change

NAMES: dict[str, LazyString] = {
    "takings": _("Takings"),
    "bookings": _("Bookings"),
    "utilisation": _("Utilisation"),
    "customers": _("Customers"),
    "no_shows": _("No-shows"),
    "cancellations": _("Cancellations"),
}


def share_in_words(share: float | None) -> str:
    """12.5%; a dash where there is none."""
    return (
        "–" if share is None else str(format_percent(share, "#,##0.#%" if abs(share) < 0.9995 else "#,##0%"))
    )


def change_in_words(kind: str, change: Change) -> str:
    """What became of a value of this kind: +12%, −3 points, new, no change. Nothing where nothing is known."""
    if change.kind == "unknown":
        return ""
    if change.kind == "new":
        return gettext("new")
    if change.kind == "same":
        return gettext("no change")
    sign = "+" if change.by > 0 else "\u2212"
    if kind == "share":
        points = format_decimal(abs(change.by) * 100, "#,##0.#")
        return gettext("%(sign)s%(n)s points", sign=sign, n=points)
    return sign + str(format_percent(abs(change.by), "#,##0%"))


def plain(value: Any) -> object:
    """A value as a cell: amounts as decimals, shares as per cent with one decimal, minutes and counts as they are."""
    if isinstance(value, Amount):
        return plain_amount(*value)
    if isinstance(value, float):
        return (Decimal(str(value)) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if isinstance(value, int):
        return Decimal(value)
    return value
