"""All orders there ever were, as a page and as a table for other programs."""

from flask import Response, abort, g, make_response, render_template, request, url_for

from app.auth.guards import proved_only
from app.businesses.guards import needs_role
from app.orders.bills import bills_of
from app.orders.forms.past import PastForm
from app.orders.past import each_order, orders_of
from app.orders.routes.room import bp, may_give_back, words
from app.orders.spreadsheet import MOST_ROWS, orders_csv


@bp.get("/history")
def index_past() -> Response:
    """The newest first; filters and the place of the page stand in the address."""
    form = PastForm(request.args, g.business.zone)
    found = orders_of(g.business.id, form.wish, form.place)
    older = found.older and f"{found.older[0].isoformat()}_{found.older[1]}"
    page = render_template(
        "orders/board/past.html",
        form=form,
        orders=found.rows,
        bills=bills_of(g.business.id, found.rows),
        older=url_for(".index_past", **form.asked, before=older) if older else None,
        newest=url_for(".index_past", **form.asked) if form.place else None,
        may_export=may_give_back(),
        **words(),
    )
    return make_response(page, 200 if form.is_right else 422)


@bp.get("/history.csv")
@needs_role("manager")
@proved_only
def show_past() -> Response:
    """The same as a table, one line for each order."""
    form = PastForm(request.args, g.business.zone)
    if not form.is_right:
        abort(422)
    body = orders_csv(g.business, each_order(g.business.id, form.wish, MOST_ROWS))
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{g.business.slug}-orders.csv"'
    return response
