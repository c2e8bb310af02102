"""The tags of a customer."""

from flask import Response, flash, g, make_response, render_template, url_for

from app.auth.guards import actor
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.customers.forms import TagForm
from app.customers.models import Customer
from app.customers.routes.room import bp, load
from app.customers.tagging import add_tag, remove_tag, tags_in_use


@bp.post("/<id:customer_id>/tags")
@retrying
def create_tag(customer_id: int) -> Response:
    """Sort them by one more word."""
    customer = load(customer_id)
    form = TagForm()
    if not form.validate():
        return _answer(customer, form, 422)
    try:
        add_tag(customer, form.tag.data or "", by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        form.tag.errors = [str(refusal.message)]
        return _answer(load(customer_id), form, refusal.status)
    db.session.commit()
    return _answer(customer)


@bp.post("/<id:customer_id>/tags/removal")
@retrying
def create_tag_removal(customer_id: int) -> Response:
    """Sort them by one word less."""
    customer = load(customer_id)
    remove_tag(customer, TagForm().tag.data or "", by=actor(), now=clock.now())
    db.session.commit()
    return _answer(customer)


def _answer(customer: Customer, form: TagForm | None = None, status: int = 200) -> Response:
    """The tags as they are now, or the page they stand on."""
    if not hx.wants_partial():
        for error in form.tag.errors if form else ():
            flash(str(error), "bad")
        return hx.go_to(url_for(".show", customer_id=customer.id))
    form = form or TagForm(formdata=None)
    known = [it for it, _count in tags_in_use(g.business.id)]
    partial = render_template("customers/_tags.html", customer=customer, tag_form=form, known_tags=known)
    return make_response(partial, status)
