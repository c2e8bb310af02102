"""All orders there ever were, as a page and as a table for other programs."""

from flask import Response, abort, g, make_response, render_template, request, url_for

from app.audit.models import record
from app.auth.guards import actor, proved_only
from app.businesses.guards import needs_role
from app.core import clock
from app.core.db import db, retrying
from app.downloads import table_in_parts
from app.orders.bills import bills_of
from app.orders.forms.past import PastForm
from app.orders.past import each_order, orders_of
from app.orders.routes.room import bp, may_give_back, words
from app.orders.spreadsheet import heads, rows_of


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


@bp.post("/history/tables")
@needs_role("manager")
@proved_only
@retrying
def create_past_table() -> Response:
    """The same as a table, one line for each order; the journal says who took it."""
    form = PastForm(request.args, g.business.zone)
    if not form.is_right:
        abort(422)
    record(
        "order.table_taken",
        "business",
        g.business.id,
        by=actor(),
        at=clock.now(),
        business_id=g.business.id,
    )
    db.session.commit()
    parts = (rows_of(g.business, orders) for orders in each_order(g.business.id, form.wish))
    return table_in_parts(f"{g.business.slug}-orders", heads(), parts)
