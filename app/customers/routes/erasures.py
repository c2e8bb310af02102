"""Everything about one person: to hand over, or to forget."""

import json

from flask import Response, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.audit.models import record
from app.auth.guards import actor, proved_only
from app.businesses.guards import needs_role
from app.core import clock, hx, parcels
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.customers.erasing import erase, everything_about
from app.customers.forms import EraseForm
from app.customers.models import Customer
from app.customers.routes.room import bp, load


@bp.post("/<id:customer_id>/copies")
@needs_role("manager")
@proved_only
@retrying
def create_copy(customer_id: int) -> Response:
    """All that is kept of them, as a file; the journal says who took it."""
    customer, now = load(customer_id), clock.now()
    told = everything_about(customer, now)
    record("customer.exported", "customer", customer.id, by=actor(), at=now, business_id=g.business.id)
    db.session.commit()
    page = make_response(json.dumps(told, ensure_ascii=False, indent=2, default=str))
    page.mimetype = "application/json"
    page.headers["Content-Disposition"] = f'attachment; filename="customer-{customer.id}.json"'
    page.headers["Cache-Control"] = "no-store"
    return page


@bp.get("/<id:customer_id>/erasure")
@needs_role("manager")
def new_erasure(customer_id: int) -> Response:
    """What goes and what stays."""
    return _page(load(customer_id), EraseForm())


@bp.post("/<id:customer_id>/erasure")
@needs_role("manager")
@proved_only
@retrying
def create_erasure(customer_id: int) -> Response:
    """Forget them."""
    customer, form = load(customer_id), EraseForm()
    if not form.validate():
        return _page(customer, form, 422)
    try:
        erase(customer, form.name.data or "", by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        form.name.errors = [str(refusal.message)]
        return _page(load(customer_id), form, refusal.status)
    db.session.commit()
    # They are in what was written of the whole business before.
    parcels.forget_made(g.business.id)
    flash(_("The customer is erased."), "good")
    return hx.go_to(url_for(".index"))


def _page(customer: Customer, form: EraseForm, status: int = 200) -> Response:
    return make_response(render_template("customers/erasure.html", customer=customer, form=form), status)
