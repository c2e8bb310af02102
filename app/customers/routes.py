"""The customers of a business: a list to search, and a page of each."""

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for

from app.appointments.acquaintance import appointments_with, customers_open_to, is_open_to
from app.appointments.customer_history import history_of, last_visits
from app.appointments.statuses import WORDS
from app.businesses.guards import members_only
from app.core import clock, hx
from app.customers import searching
from app.customers.forms import FindForm
from app.customers.searching import find_customer
from app.notifications.listing import messages_to

bp = Blueprint("customers", __name__, url_prefix="/manage/<slug>/customers")
bp.before_request(members_only)


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
    found = searching.matches(g.business.id, typed, masked=not _sees_all())
    seen = last_visits(g.business.id, [it.id for it in found], clock.now())
    page = render_template(
        "customers/_matches.html", found=found, typed=typed, seen=seen, masked=not _sees_all()
    )
    return make_response(page)


@bp.get("/<id:customer_id>")
def show(customer_id: int) -> Response:
    """Who somebody is, what they have booked and what was. Staff see what is theirs of it."""
    customer = find_customer(g.business.id, customer_id) or abort(404)
    if not is_open_to(g.membership, customer_id):
        abort(403)
    own = None if _sees_all() else appointments_with(g.membership)
    number = FindForm(request.args).number
    history = history_of(g.business.id, customer_id, clock.now(), number, own)
    messages = messages_to(g.business.id, customer_id) if _sees_all() else []
    page = render_template(
        "customers/show.html",
        customer=customer,
        history=history,
        words=WORDS,
        sees_all=_sees_all(),
        messages=messages,
    )
    return make_response(page)


def _sees_all() -> bool:
    return bool(g.membership.is_at_least("manager"))
