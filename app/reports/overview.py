"""The first page of the reports: the figures that matter most, each with its small chart and the way to its report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from app.businesses.models import Business
from app.reports.clients import clients_of
from app.reports.figures import Chart, Figure, Words
from app.reports.income import left_of, takings_chart, takings_in
from app.reports.spans import Span
from app.reports.using import PEOPLE, shares_of, used_time
from app.reports.visits import Tally, visits_of


@dataclass(frozen=True, slots=True)
class Card:
    """A figure with its chart, and the report that says more."""

    report: str
    figure: Figure
    chart: Chart


def overview_of(business: Business, now: Span, before: Span, at: datetime) -> Sequence[Card]:
    """One card for each report. Eleven statements, however much is booked."""
    pair, used, used_before = used_time(business, now, before)
    money, visits = pair.both(takings_in), pair.both(visits_of)
    came = pair.both(lambda frame: clients_of(frame, at))
    currency, use = business.currency, (used, used_before)

    def card(report: str, label: Words, kind: str, totals: Any, better: str, of_stretches: Any) -> Card:
        now, before = totals
        return Card(report, Figure(label, kind, now, before, better), pair.chart(label, kind, *of_stretches))

    def tallied(report: str, label: Words, kind: str, better: str, read: Callable[[Tally], Any]) -> Card:
        totals = [read(it.total) for it in visits]
        return card(
            report, label, kind, totals, better, [[read(it) for it in those.stretches] for those in visits]
        )

    taken, taken_before = (left_of(it, currency) for it in money)
    return [
        Card(
            "takings",
            Figure(_("Takings"), "money", taken, taken_before, "up"),
            takings_chart(pair, currency, *money),
        ),
        tallied("bookings", _("Bookings"), "count", "up", lambda it: it.kept),
        card(
            *("utilisation", _("Open time that is booked"), "share"),
            *([it.total(PEOPLE).share for it in use], "up", shares_of(pair, PEOPLE, *use)),
        ),
        card(
            *("customers", _("New customers"), "count"),
            *([it.total.new for it in came], "up", [[one.new for one in it.stretches] for it in came]),
        ),
        tallied("no_shows", _("Did not come"), "share", "down", lambda it: it.missed),
        tallied("cancellations", _("Cancelled"), "share", "down", lambda it: it.given_up),
    ]
