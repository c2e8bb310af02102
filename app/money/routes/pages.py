"""What came in, what is open and what goes back, as pages and as tables for other programs."""

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying
from app.downloads import table_in_parts
from app.money.forms.listing import PageForm, PeriodForm
from app.money.going_back import each_refund, find_by_hand, refunds_of
from app.money.outstanding import debts_of, each_debt
from app.money.spreadsheets import debt_heads, debt_rows, refund_heads, refund_rows, takings_csv
from app.money.visits import places_of
from app.payments.refunding import hand_out
from app.schedule.periods import usual_periods
from app.takings.entries import entries_of
from app.takings.totals import totals_of

bp = Blueprint("money", __name__, url_prefix="/manage/<slug>/money")
bp.before_request(members_only)


@bp.get("")
@needs_role("manager")
def index() -> Response:
    """What came in and went back in a period, by day, service, person and method."""
    form = _period()
    page = render_template(
        "money/index.html",
        form=form,
        period=form.period,
        usual=usual_periods(form.today),
        takings=totals_of(g.business, form.period),
    )
    return make_response(page, 200 if form.is_right else 422)


@bp.get("/takings.csv")
@needs_role("manager")
def show_takings() -> Response:
    """The same as a table for other programs, one line for each payment and refund."""
    form = _period()
    if not form.is_right:
        abort(422)
    body = takings_csv(g.business, entries_of(g.business, form.period))
    response = Response(body, content_type="text/csv; charset=utf-8")
    name = f"{g.business.slug}-takings-{form.period.first}-{form.period.last}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/outstanding")
@needs_role("manager")
def index_outstanding() -> Response:
    """Who owes what."""
    found, totals = debts_of(g.business.id, PageForm(request.args).number)
    places = places_of(g.business.id, {it.subject_uid for it in found.rows})
    page = render_template("money/outstanding.html", found=found, totals=totals, places=places)
    return make_response(page)


@bp.get("/outstanding.csv")
@needs_role("manager")
def show_outstanding() -> Response:
    """The same as a table for other programs."""
    parts = (debt_rows(g.business, debts) for debts in each_debt(g.business.id))
    return table_in_parts(f"{g.business.slug}-outstanding", debt_heads(), parts)


@bp.get("/refunds")
@needs_role("manager")
def index_refunds() -> Response:
    """What goes back: first what waits for somebody to hand it out."""
    found, waiting = refunds_of(g.business.id, PageForm(request.args).number)
    places = places_of(g.business.id, {it.invoice.subject_uid for it in found.rows})
    page = render_template("money/refunds.html", found=found, waiting=waiting, places=places)
    return make_response(page)


@bp.get("/refunds.csv")
@needs_role("manager")
def show_refunds() -> Response:
    """The same as a table for other programs."""
    parts = (refund_rows(g.business, refunds) for refunds in each_refund(g.business.id))
    return table_in_parts(f"{g.business.slug}-refunds", refund_heads(), parts)


@bp.post("/refunds/<id:refund_id>/handover")
@needs_role("manager")
@retrying
def create_handover(refund_id: int) -> Response:
    """A member has given the money back."""
    refund = find_by_hand(g.business.id, refund_id) or abort(404)
    hand_out(g.business, refund, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Given back."), "good")
    return hx.go_to(url_for(".index_refunds"))


def _period() -> PeriodForm:
    return PeriodForm(request.args, g.business.zone, clock.now())
