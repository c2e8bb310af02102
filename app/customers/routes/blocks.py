"""Who cannot book by themselves any more."""

from flask import Response, flash, make_response, render_template, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying
from app.customers.blocking import block, unblock
from app.customers.forms import BlockForm
from app.customers.models import Customer
from app.customers.routes.room import bp, load


@bp.get("/<id:customer_id>/block")
@needs_role("manager")
def new_block(customer_id: int) -> Response:
    """What it means, and why."""
    return _page(load(customer_id), BlockForm())


@bp.post("/<id:customer_id>/block")
@needs_role("manager")
@retrying
def create_block(customer_id: int) -> Response:
    """Let them call from now on."""
    customer = load(customer_id)
    form = BlockForm()
    if not form.validate():
        return _page(customer, form, 422)
    block(customer, form.reason.data, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("%(name)s cannot book by themselves any more.", name=customer.name), "good")
    return hx.go_to(url_for(".show", customer_id=customer_id))


@bp.post("/<id:customer_id>/block/removal")
@needs_role("manager")
@retrying
def create_block_removal(customer_id: int) -> Response:
    """Let them book again."""
    customer = load(customer_id)
    unblock(customer, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("%(name)s can book by themselves again.", name=customer.name), "good")
    return hx.go_to(url_for(".show", customer_id=customer_id))


def _page(customer: Customer, form: BlockForm, status: int = 200) -> Response:
    return make_response(render_template("customers/block.html", customer=customer, form=form), status)
