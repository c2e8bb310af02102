"""How the business does in a period: an overview, a page for each report, and the same for other programs."""

from typing import Any

from flask import Blueprint, Response, abort, g, make_response, render_template, request

from app.businesses.guards import members_only, needs_role
from app.core import clock
from app.formatters import text_direction
from app.reports.bookings import bookings_report, no_shows_report
from app.reports.coming import cancellations_report, customers_report
from app.reports.drawing import Drawing, draw
from app.reports.figures import Chart, Report, size_of
from app.reports.forms import PeriodForm
from app.reports.income import takings_report
from app.reports.overview import overview_of
from app.reports.pairs import Pair, pair_of
from app.reports.sheets import file_name, report_csv
from app.reports.using import used_time, utilisation_report
from app.reports.wording import NAMES, change_in_words, share_in_words
from app.schedule.wall_clock import local_date

bp = Blueprint("reports", __name__, url_prefix="/manage/<slug>/reports")
bp.before_request(members_only)
_NAMES = "any(takings, bookings, utilisation, customers, no_shows, cancellations)"


@bp.get("")
@needs_role("manager")
def index() -> Response:
    """The figures that matter most."""
    form = _period()
    cards = overview_of(g.business, form.span, form.before, clock.now())
    return _page("reports/index.html", form, cards=cards)


@bp.get(f"/<{_NAMES}:name>")
@needs_role("manager")
def show(name: str) -> Response:
    """One report."""
    form = _period()
    pair, report = _report(name, form)
    return _page("reports/report.html", form, report=report, pair=pair)


@bp.get(f"/<{_NAMES}:name>.csv")
@needs_role("manager")
def show_table(name: str) -> Response:
    """The same as a table for other programs."""
    form = _period()
    if not form.is_right:
        abort(422)
    pair, report = _report(name, form)
    response = Response(report_csv(g.business, pair, report), content_type="text/csv; charset=utf-8")
    named = file_name(g.business, report, form.span)
    response.headers["Content-Disposition"] = f'attachment; filename="{named}"'
    return response


def _period() -> PeriodForm:
    return PeriodForm(request.args, local_date(clock.now(), g.business.zone))


def _report(name: str, form: PeriodForm) -> tuple[Pair, Report]:
    if name == "utilisation":
        pair, *used = used_time(g.business, form.span, form.before)
        return pair, utilisation_report(pair, *used)
    pair = pair_of(g.business, form.span, form.before)
    if name == "customers":
        return pair, customers_report(pair, clock.now())
    reports = {"takings": takings_report, "bookings": bookings_report, "no_shows": no_shows_report}
    return pair, reports.get(name, cancellations_report)(pair)


def _page(template: str, form: PeriodForm, **shown: Any) -> Response:
    words = {"names": NAMES, "change_words": change_in_words, "share_words": share_in_words}
    page = render_template(template, form=form, drawn=_drawn, **words, **shown)
    return make_response(page, 200 if form.is_right else 422)


def _drawn(chart: Chart, *, low: bool = False) -> Drawing:
    now = [size_of(it) for it in chart.now]
    before = [size_of(it[3]) if it[2] else None for it in chart.pairs]
    return draw(
        now,
        before,
        rtl=text_direction() == "rtl",
        low=low,
        whole=chart.kind == "count",
        at_most=1.0 if chart.kind == "share" else None,
    )
