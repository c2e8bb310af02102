"""The list of customers, and the few that somebody who books may mean."""

from collections.abc import Sequence
from datetime import datetime

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.appointments.acquaintance import appointments_known_to, customers_open_to
from app.appointments.customer_filters import Wish, customers_like
from app.appointments.customer_history import last_visits
from app.auth.guards import proved_only
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.paging import Page
from app.core.spreadsheets import date_and_time, written
from app.customers import searching
from app.customers.forms import FindForm
from app.customers.models import Customer
from app.customers.routes.room import bp, sees_all
from app.customers.tagging import tags_in_use

MOST_ROWS = 50_000


@bp.get("")
def index() -> Response:
    """All customers by name, or those that are looked for; to staff those who come to them."""
    form = FindForm(request.args)
    found = _found(form)
    return hx.render(
        "customers/index.html",
        "customers/_customers.html",
        found=found,
        form=form,
        typed=form.typed,
        tags=tags_in_use(g.business.id) if sees_all() and not hx.wants_partial() else [],
        seen=_seen(found.rows),
        sees_all=sees_all(),
    )


@bp.get("/customers.csv")
@needs_role("manager")
@proved_only
def show_table() -> Response:
    """The same list as a table for other programs."""
    found = _found(FindForm(request.args), size=MOST_ROWS).rows
    seen = _seen(found)
    head = [_("Name"), _("E-mail"), _("Phone"), _("Tags"), _("Blocked"), _("Last visit"), _("Known since")]
    body = written(head, (_cells(it, seen) for it in found))
    answer = Response(body, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="customers.csv"'
    return answer


@bp.get("/matches")
def matches() -> Response:
    """The few customers somebody who books may mean, while they type."""
    typed = FindForm(request.args).typed
    if not hx.wants_partial():
        return hx.go_to(url_for(".index", q=typed))
    masked = g.membership.sees != "all"
    found = searching.matches(g.business.id, typed, masked=masked)
    seen = _seen(found)
    page = render_template("customers/_matches.html", found=found, typed=typed, seen=seen, masked=masked)
    return make_response(page)


def _found(form: FindForm, size: int = searching.PAGE) -> Page[Customer]:
    """A page of those who are meant, as far as this member may know them."""
    known = customers_open_to(g.membership)
    order = "" if form.order == "spent" and not sees_all() else form.order
    wish = Wish(form.typed, form.tag.data or "", form.chosen, order)
    own = appointments_known_to(g.membership)
    return customers_like(g.business.id, wish, form.number, clock.now(), known=known, own=own, size=size)


def _seen(found: Sequence[Customer]) -> dict[int, datetime]:
    """When each was here last, as far as this member may look at it."""
    ids = [it.id for it in found]
    return last_visits(g.business.id, ids, clock.now(), appointments_known_to(g.membership))


def _cells(customer: Customer, seen: dict[int, datetime]) -> list[object]:
    last, zone = seen.get(customer.id), g.business.zone
    return [
        *(customer.name, customer.email, customer.phone, ", ".join(customer.tags)),
        _("Yes") if customer.blocked else "",
        date_and_time(last, zone)[0] if last else "",
        date_and_time(customer.created_at, zone)[0],
    ]
