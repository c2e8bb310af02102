"""Who a customer is: written down by hand, or put right."""

from flask import Response, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.customers.completing import CustomerGone
from app.customers.describing import AddressOfAnother, describe, write_down
from app.customers.forms import DetailsForm
from app.customers.models import Customer
from app.customers.routes.room import bp, load


@bp.get("/new")
@needs_role("manager")
def new() -> Response:
    """Somebody who has not booked yet."""
    return _page(DetailsForm(g.business))


@bp.post("")
@needs_role("manager")
@retrying
def create() -> Response:
    """Know them from now on."""
    form = DetailsForm(g.business)
    if not form.validate():
        return _page(form, status=422)
    try:
        customer = write_down(g.business.id, form.details, by=actor(), now=clock.now())
    except AddressOfAnother as refusal:
        undo()
        return _refused(form, refusal)
    db.session.commit()
    flash(_("%(name)s is in your list now.", name=customer.name), "good")
    return hx.go_to(url_for(".show", customer_id=customer.id))


@bp.get("/<id:customer_id>/details")
def edit(customer_id: int) -> Response:
    """Name and contact, to put right."""
    customer = load(customer_id)
    return _page(DetailsForm(g.business, customer), customer)


@bp.post("/<id:customer_id>/details")
@retrying
def update(customer_id: int) -> Response:
    """Keep what was put right."""
    customer = load(customer_id)
    form = DetailsForm(g.business, customer)
    if not form.validate():
        return _page(form, customer, 422)
    try:
        describe(customer, form.details, by=actor(), now=clock.now())
    except (AddressOfAnother, CustomerGone) as refusal:
        undo()
        return _refused(form, refusal, load(customer_id))
    db.session.commit()
    flash(_("Saved."), "good")
    return hx.go_to(url_for(".show", customer_id=customer_id))


def _refused(
    form: DetailsForm, refusal: AddressOfAnother | CustomerGone, customer: Customer | None = None
) -> Response:
    """What was typed, and whose address it is."""
    form.email.errors = [str(refusal.message)]
    form.refused_for = refusal.customer_id if isinstance(refusal, AddressOfAnother) else None
    return _page(form, customer, refusal.status)


def _page(form: DetailsForm, customer: Customer | None = None, status: int = 200) -> Response:
    page = render_template("customers/details.html", form=form, customer=customer)
    return make_response(page, status)
