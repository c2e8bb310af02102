"""The report of takings, from the same entries and by the same sums as the money pages."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from app.payments.wording import METHODS
from app.reports.figures import Amount, Chart, Column, Figure, Report, Table, Words
from app.reports.frame import Frame
from app.reports.pairs import Pair
from app.takings.totals import Sum, Takings, totals_of


def takings_in(frame: Frame) -> Takings:
    """What came in and went back in the period. One statement."""
    return totals_of(frame.business, frame.by_the_clock)


def takings_report(pair: Pair) -> Report:
    """What was really taken, less what went back. Two statements."""
    now, before = pair.both(takings_in)
    sums = [("service", _("Service"), _("By service"), now.by_service, before.by_service)]
    sums.append(("person", _("Person"), _("By person"), now.by_person, before.by_person))
    sums.append(("method", _("How"), _("By way of payment"), now.by_method, before.by_method))
    return Report(
        "takings",
        [it for currency in currencies_of(pair, now, before) for it in _figures(currency, now, before)],
        [takings_chart(pair, currency, now, before) for currency in currencies_of(pair, now, before)],
        [_table(*it) for it in sums if it[3] or it[4]],
        notes=[
            _("Money counts on the day it came in or was promised back, whenever the visit is."),
            _("What was paid for several things at once is divided by what each of them costs."),
        ],
        empty=not now.in_all and not before.in_all,
    )


def currencies_of(pair: Pair, now: Takings, before: Takings) -> list[str]:
    """That of the business first, then others in which anything came in or went back."""
    others = {it.currency for it in [*now.in_all, *before.in_all]} - {pair.business.currency}
    return [pair.business.currency, *sorted(others)]


def left_of(takings: Takings, currency: str) -> Amount:
    """What stayed of one currency."""
    return Amount(_sum_in(takings.in_all, currency).left, currency)


def takings_chart(pair: Pair, currency: str, now: Takings, before: Takings) -> Chart:
    """What stayed in each stretch."""
    title = _("Takings in %(currency)s", currency=currency)
    both = _by_stretch(pair.now, now.by_day, currency), _by_stretch(pair.before, before.by_day, currency)
    return pair.chart(title, "money", *both)


def _figures(currency: str, now: Takings, before: Takings) -> list[Figure]:
    is_now, was = _sum_in(now.in_all, currency), _sum_in(before.in_all, currency)
    return [
        Figure(_("Takings"), "money", Amount(is_now.left, currency), Amount(was.left, currency), "up"),
        Figure(_("Came in"), "money", Amount(is_now.came, currency), Amount(was.came, currency), "up"),
        Figure(_("Went back"), "money", Amount(is_now.went, currency), Amount(was.went, currency), "down"),
    ]


def _by_stretch(frame: Frame, days: Sequence[Sum], currency: str) -> list[Amount]:
    cents = [0] * len(frame.stretches)
    for it in days:
        if it.currency == currency:
            cents[frame.places[it.key]] += it.left  # type: ignore[index]
    return [Amount(it, currency) for it in cents]


def _table(kind: str, label: Words, title: Words, now: Sequence[Sum], before: Sequence[Sum]) -> Table:
    was = {(it.key, it.currency): it.left for it in before}
    gone = [Sum(it.key, it.currency, 0, 0) for it in before if (it.key, it.currency) not in _keys(now)]
    columns = [Column(label, "text"), *(Column(it, "money") for it in (_("Came in"), _("Went back")))]
    columns += [Column(_("Takings"), "money"), Column(_("Takings before"), "money")]
    rows = [
        [
            _name(kind, it.key),
            *(Amount(cents, it.currency) for cents in (it.came, it.went, it.left)),
            Amount(was.get((it.key, it.currency), 0), it.currency),
        ]
        for it in [*now, *gone]
    ]
    return Table(title, columns, rows, bars=3)


def _keys(sums: Sequence[Sum]) -> set[tuple[Any, str]]:
    return {(it.key, it.currency) for it in sums}


def _name(kind: str, key: Any) -> Words:
    if kind == "method":
        return METHODS[key]
    return key or (_("Nobody in particular") if kind == "person" else _("Other"))


def _sum_in(sums: Sequence[Sum], currency: str) -> Sum:
    return next((it for it in sums if it.currency == currency), Sum(None, currency, 0, 0))
