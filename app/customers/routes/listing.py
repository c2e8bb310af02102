"""The list of customers, and the few that somebody who books may mean."""

from flask import Response, g, make_response, render_template, request, url_for

from app.appointments.acquaintance import customers_open_to
from app.appointments.customer_history import last_visits
from app.core import clock, hx
from app.customers import searching
from app.customers.forms import FindForm
from app.customers.routes.room import bp, sees_all


@bp.get("")
def index() -> Response:
    """All customers by name, or those that are looked for; to staff those who come to them."""
    form = FindForm(request.args)
    found = searching.search(g.business.id, form.typed, form.number, customers_open_to(g.membership))
    return hx.render(
        "customers/index.html",
        "customers/_customers.html",
        found=found,
        typed=form.typed,
        seen=last_visits(g.business.id, [it.id for it in found.rows], clock.now()),
    )


@bp.get("/matches")
def matches() -> Response:
    """The few customers somebody who books may mean, while they type."""
    typed = FindForm(request.args).typed
    if not hx.wants_partial():
        return hx.go_to(url_for(".index", q=typed))
    found = searching.matches(g.business.id, typed, masked=not sees_all())
    seen = last_visits(g.business.id, [it.id for it in found], clock.now())
    page = render_template(
        "customers/_matches.html", found=found, typed=typed, seen=seen, masked=not sees_all()
    )
    return make_response(page)
