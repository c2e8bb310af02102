"""The list of customers, and the few that somebody who books may mean."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.appointments.acquaintance import appointments_known_to, customers_open_to
from app.appointments.customer_filters import Wish, all_customers_like, customers_like
from app.appointments.customer_history import last_visits
from app.audit.models import record
from app.auth.guards import actor, proved_only
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying
from app.core.paging import Page
from app.core.spreadsheets import date_and_time
from app.customers import searching
from app.customers.forms import FindForm
from app.customers.models import Customer
from app.customers.routes.room import bp, sees_all
from app.customers.tagging import tags_in_use
from app.downloads import table_in_parts
from app.numbered import address_of_each


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
        to_customer=address_of_each(".show", "customer_id"),
    )


@bp.post("/tables")
@needs_role("manager")
@proved_only
@retrying
def create_table() -> Response:
    """The same list as a table for other programs; the journal says who took it, and of how many."""
    wish, now = _wish(FindForm(request.args)), clock.now()
    ids = all_customers_like(g.business.id, wish, now, **_as_known())
    record(
        "customer.table_taken",
        "business",
        g.business.id,
        by=actor(),
        at=now,
        business_id=g.business.id,
        changes={"amount": [None, len(ids)]},
    )
    db.session.commit()
    head = [_("Name"), _("E-mail"), _("Phone"), _("Tags"), _("Blocked"), _("Last visit"), _("Known since")]
    return table_in_parts("customers", head, map(_rows, _in_parts(ids)))


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


def _found(form: FindForm) -> Page[Customer]:
    """A page of those who are meant, as far as this member may know them."""
    return customers_like(g.business.id, _wish(form), form.number, clock.now(), **_as_known())


def _wish(form: FindForm) -> Wish:
    order = "" if form.order == "spent" and not sees_all() else form.order
    return Wish(form.typed, form.tag.data or "", form.chosen, order)


def _as_known() -> dict[str, Any]:
    """As far as this member may know customers and appointments."""
    return {"known": customers_open_to(g.membership), "own": appointments_known_to(g.membership)}


def _in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + searching.AT_ONCE] for at in range(0, len(ids), searching.AT_ONCE))


def _rows(ids: Sequence[int]) -> list[list[object]]:
    found = searching.load_listed(g.business.id, ids)
    seen = _seen(found)
    return [_cells(it, seen) for it in found]


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
