"""A customer corrects what they told the business."""

from flask import Response, g, url_for

from app.appointments.correcting import correct
from app.appointments.forms.details import DetailsForm
from app.appointments.receipt import Receipt
from app.appointments.routes.bookings import bp, customer, load_visit, visit_page
from app.appointments.unfinished import asked_of
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import limiter


@bp.get("/bookings/<token>/details")
def edit_details(token: str) -> Response:
    """Name, contact, note and answers, as they are."""
    receipt = load_visit(token)
    return _page(token, receipt, _form(receipt))


@bp.post("/bookings/<token>/details")
@limiter.limit("30 per minute")
@retrying
def update_details(token: str) -> Response:
    """Keep what was corrected."""
    receipt = load_visit(token)
    form = _form(receipt)
    if not form.validate():
        return _page(token, receipt, form, 422)
    try:
        correct(g.business, receipt.first, form.correction, by=customer(receipt), now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(token, load_visit(token), form.refuse(refusal), refusal.status)
    db.session.commit()
    return hx.go_to(url_for(".show", token=token, done="corrected"))


def _form(receipt: Receipt) -> DetailsForm:
    return DetailsForm(g.business, receipt.kept, asked_of(g.business.id, receipt.kept))


def _page(token: str, receipt: Receipt, form: object, status: int = 200) -> Response:
    return visit_page("details", receipt, status, form=form, token=token)
