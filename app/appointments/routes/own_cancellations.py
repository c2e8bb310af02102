"""A customer cancels what they booked, and takes that back."""

from flask import Response, g, url_for

from app.appointments.forms.withdrawing import WithdrawalForm
from app.appointments.paying_back import would_go_back
from app.appointments.receipt import Receipt
from app.appointments.reclaiming import OfferedToAnother
from app.appointments.routes.bookings import bp, customer, load_visit, receipt_page, visit_page
from app.appointments.withdrawing import take_back, withdraw
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import limiter
from app.orders.billing import paid_and_left
from app.orders.with_visits import ends_with_visit, open_orders_of


@bp.get("/bookings/<token>/cancellation")
def new_cancellation(token: str) -> Response:
    """What happens when it is cancelled, until when that is possible, and the button."""
    receipt = load_visit(token)
    return _page(token, receipt, _form(receipt))


@bp.post("/bookings/<token>/cancellation")
@limiter.limit("30 per minute")
@retrying
def create_cancellation(token: str) -> Response:
    """Cancel the visit, or those parts of it that were chosen."""
    receipt = load_visit(token)
    form = _form(receipt)
    if not form.validate():
        return _page(token, receipt, form, 422)
    try:
        withdraw(
            g.business,
            receipt.first,
            form.chosen,
            by=customer(receipt),
            now=clock.now(),
            reason=form.said,
        )
    except DomainError as refusal:
        undo()
        return _page(token, load_visit(token), form.refuse(refusal), refusal.status)
    db.session.commit()
    return hx.go_to(url_for(".show", token=token, done="cancelled"))


@bp.post("/bookings/<token>/return")
@limiter.limit("30 per minute")
@retrying
def create_return(token: str) -> Response:
    """Book again what was cancelled a moment ago."""
    receipt = load_visit(token)
    try:
        take_back(g.business, receipt.first, by=customer(receipt), now=clock.now())
    except DomainError as refusal:
        undo()
        is_offered = isinstance(refusal, OfferedToAnother)
        return receipt_page(
            token, load_visit(token), refusal.status, str(refusal.message), is_offered=is_offered
        )
    db.session.commit()
    return hx.go_to(url_for(".show", token=token, done="returned"))


def _form(receipt: Receipt) -> WithdrawalForm:
    return WithdrawalForm(receipt.bookings, g.business.language)


def _page(token: str, receipt: Receipt, form: object, status: int = 200) -> Response:
    money = would_go_back(g.business, receipt.bookings, receipt.kept, clock.now())
    ordered = open_orders_of(g.business.id, receipt.first.visit)
    ending = [it for it in ordered if ends_with_visit(it)]
    return visit_page(
        "cancellation",
        receipt,
        status,
        form=form,
        token=token,
        money=money,
        ordered=ordered,
        ending=ending,
        back_with=sum(paid_and_left(it)[0] for it in ending),
    )
