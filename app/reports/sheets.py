"""A report as a table for other programs: the same tables as on the page, one below the other."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import pgettext

from app.businesses.models import Business
from app.core.spreadsheets import written
from app.reports.figures import Amount, Chart, Heat, Report, Table
from app.reports.pairs import Pair
from app.reports.spans import Span
from app.reports.wording import NAMES, plain


def report_csv(business: Business, pair: Pair, report: Report) -> str:
    """Figures, charts, tables and the hours of a report, each under its title."""
    head = [NAMES[report.name], business.name, *_days(pair.now.span)]
    return written(head, _rows(report, pair))


def file_name(business: Business, report: Report, span: Span) -> str:
    """Named after the business, the report and the period."""
    return f"{business.slug}-{report.name.replace('_', '-')}-{span.first}-{span.last}.csv"


def _rows(report: Report, pair: Pair) -> Iterator[Sequence[Any]]:
    yield [_("Compared with"), "", *_days(pair.before.span)]
    yield []
    yield [
        "",
        _("Now"),
        pgettext("report", "Before"),
        *([_("Currency")] if _has_money([[it.now] for it in report.figures]) else []),
    ]
    for it in report.figures:
        yield _cells([_labelled(str(it.label), it.kind), it.now, it.before])
    for chart in report.charts:
        yield from _section(chart.title, _of_chart(chart))
    for table in report.tables:
        columns = [it.label if it.kind != "stretch" else _("From") for it in table.columns]
        kinds = [it.kind for it in table.columns]
        heads = [_labelled(str(label), kind) for label, kind in zip(columns, kinds, strict=True)]
        yield from _section(table.title, [heads, *_of_table(table)])
    if report.heat:
        yield from _section(report.heat.title, _of_heat(report.heat))


def _section(title: Any, rows: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield []
    yield [title]
    head, *rest = rows
    yield [*head, _("Currency")] if _has_money(rest) else head
    yield from (_cells(row) for row in rest)


def _of_chart(chart: Chart) -> list[Sequence[Any]]:
    rows = [
        [it.first.isoformat(), it.last.isoformat(), now, other.first.isoformat() if other else None, before]
        for it, now, other, before in chart.pairs
    ]
    value = _labelled(_("Now"), chart.kind)
    return [
        [
            _("From"),
            _("Until"),
            value,
            _("Before, from"),
            _labelled(pgettext("report", "Before"), chart.kind),
        ],
        *rows,
    ]


def _of_table(table: Table) -> Iterator[Sequence[Any]]:
    for row in table.rows:
        yield [it.first.isoformat() if isinstance(it, Span) else it for it in row]


def _of_heat(heat: Heat) -> list[Sequence[Any]]:
    head = [_("Weekday, 1 is Monday"), _("Hour"), _("Bookings")]
    return [head, *([day + 1, hour, number] for (day, hour), number in sorted(heat.counts.items()) if number)]


def _cells(row: Sequence[Any]) -> list[object]:
    """Amounts of a row are in one currency, which stands behind them."""
    currencies = [it.currency for it in row if isinstance(it, Amount)]
    return [*(plain(it) for it in row), *currencies[:1]]


def _has_money(rows: Sequence[Sequence[Any]]) -> bool:
    return any(isinstance(it, Amount) for row in rows for it in row)


def _labelled(label: str, kind: str) -> str:
    units = {"share": "%", "minutes": _("minutes")}
    return f"{label} ({units[kind]})" if kind in units else label


def _days(span: Span) -> tuple[str, str]:
    return span.first.isoformat(), span.last.isoformat()
