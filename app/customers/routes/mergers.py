"""Two customers who are one person."""

from flask import Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.appointments.customer_history import last_visits
from app.auth.guards import actor, proved_only
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying
from app.customers.forms import FindForm, MergeForm
from app.customers.merging import duplicates_in, merge, others_like
from app.customers.models import Customer
from app.customers.routes.room import bp, load
from app.customers.searching import find_customer, matches


@bp.get("/duplicates")
@needs_role("manager")
def duplicates() -> Response:
    """Pairs who may be one person: with one phone number, or one name."""
    pairs = duplicates_in(g.business.id)
    return make_response(render_template("customers/duplicates.html", pairs=pairs))


@bp.get("/<id:customer_id>/merger")
@needs_role("manager")
def new_merger(customer_id: int) -> Response:
    """Who else they may be; with one of them chosen, both side by side."""
    customer = load(customer_id)
    other = _other(customer, request.args.get("with", ""))
    if other:
        return _page(customer, other, MergeForm(customer, other))
    typed = FindForm(request.args).typed
    found = matches(g.business.id, typed) if typed else others_like(customer)
    page = render_template(
        "customers/merger_choice.html",
        customer=customer,
        typed=typed,
        found=[it for it in found if it.id != customer.id],
        seen=last_visits(g.business.id, [it.id for it in found], clock.now()),
    )
    return make_response(page)


@bp.post("/<id:customer_id>/merger")
@needs_role("manager")
@proved_only
@retrying
def create_merger(customer_id: int) -> Response:
    """Make them one."""
    customer = load(customer_id)
    other = _other(customer, request.form.get("other", "")) or abort(404)
    form = MergeForm(customer, other)
    if not form.validate():
        return _page(customer, other, form, status=422)
    kept = merge(g.business.id, *form.ids, from_other=form.from_other, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("They are one customer now, with everything of both."), "good")
    return hx.go_to(url_for(".show", customer_id=kept.id))


def _other(customer: Customer, typed: str) -> Customer | None:
    """Whom an address or a form names beside the customer; never themselves."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 19) or int(typed) == customer.id:
        return None
    return find_customer(g.business.id, int(typed))


def _page(customer: Customer, other: Customer, form: MergeForm, status: int = 200) -> Response:
    seen = last_visits(g.business.id, [customer.id, other.id], clock.now())
    page = render_template("customers/merger.html", one=customer, other=other, form=form, seen=seen)
    return make_response(page, status)
