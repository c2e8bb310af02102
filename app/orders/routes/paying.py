"""A customer pays for an order by its link: by card on our page, or without any script on one of Stripe's."""

import uuid

from flask import Response, abort, g, url_for

from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.framing import beside, visitor
from app.core.limits import limiter
from app.core.tries import tries
from app.online_payment import Bill, answer_with_intent, go_to_stripe, payment_page, result_page
from app.orders.billing import ORDER
from app.orders.models import Order
from app.orders.payable import called, can_pay_later, is_on_its_way, pay_later, payable, seconds_left
from app.orders.routes.orders import bp, load_of
from app.payments.finding import find_issued
from app.payments.models import Invoice
from app.payments.papers import paper_of

# A paper takes as long to draw as many pages.
_DRAWN = "20/minute"


@bp.get("/orders/<token>/payment")
def new_payment(token: str) -> Response:
    """What is to be paid now, and the ways to do it."""
    order = load_of(token)
    invoice = payable(g.business, order)
    if invoice is None:
        return hx.go_to(url_for(".show", token=token))
    if is_on_its_way(invoice):
        return hx.go_to(url_for(".show_payment", token=token))
    return _page(_bill(token, order, invoice), order)


@bp.post("/orders/<token>/payment/intent")
@limiter.limit("30 per minute")
@retrying
def create_intent(token: str) -> Response:
    """For the form on our page: what Stripe's script needs, or the sentence that says why it cannot be paid."""
    order = load_of(token)
    return answer_with_intent(_bill_due(token, order))


@bp.post("/orders/<token>/payment")
@limiter.limit("30 per minute")
@retrying
def create_payment(token: str) -> Response:
    """Go on on a page of Stripe's; where nothing is to be paid any more, to the one that says why."""
    bill = _bill_due(token, load_of(token))
    if bill is None:
        return hx.go_to(url_for(".show", token=token))
    return go_to_stripe(bill, lambda problem: _page(bill, load_of(token), problem))


@bp.get("/orders/<token>/payment/result")
def show_payment(token: str) -> Response:
    """Where people come back to from Stripe, and wait until it is known whether they have paid."""
    order = load_of(token)
    return result_page(
        "orders",
        token,
        payable(g.business, order),
        is_counted=order.status != "pending_payment",
        news="ordered",
        order=order,
        until=order.expires_at,
        seconds=seconds_left(order, clock.now()),
        zone=g.business.zone,
        can_pay_later=can_pay_later(order),
    )


@bp.post("/orders/<token>/payment/promise")
@limiter.limit("30 per minute")
@retrying
def create_promise(token: str) -> Response:
    """Pay when it is handed over, where the business takes that."""
    order = load_of(token)
    try:
        pay_later(g.business, order, by=visitor(), now=clock.now())
    except DomainError as refused:
        undo()
        order = load_of(token)
        bill = _bill_due(token, order)
        return _page(bill, order, refused) if bill else hx.go_to(url_for(".show", token=token))
    db.session.commit()
    return hx.go_to(url_for(".show", token=token, done="ordered"))


@bp.get("/orders/<token>/invoices/<uuid:invoice>.pdf")
def show_invoice(token: str, invoice: uuid.UUID) -> Response:
    """The invoice of an order, or a credit note to it."""
    order = load_of(token)
    tries.count(_DRAWN, "papers", str(g.business.id), str(order.uid))
    found = find_issued(g.business.id, ORDER, order.uid, invoice) or abort(404)
    response = Response(paper_of(found), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{g.business.slug}-{found.uid}.pdf"'
    return response


def _bill_due(token: str, order: Order) -> Bill | None:
    """What is to be paid now; None where nothing is, or it has lapsed or was cancelled since the page was shown."""
    invoice = payable(g.business, order)
    return _bill(token, order, invoice) if invoice else None


def _bill(token: str, order: Order, invoice: Invoice) -> Bill:
    return Bill("orders", token, invoice, called(g.business, order), order.contact_email)


def _page(bill: Bill, order: Order, problem: DomainError | None = None) -> Response:
    return payment_page(
        bill,
        problem,
        order=order,
        until=order.expires_at,
        seconds=seconds_left(order, clock.now()),
        zone=g.business.zone,
        is_new=order.status == "pending_payment",
        again=url_for(beside("ordering.menu"), slug=g.business.slug),
        can_pay_later=can_pay_later(order),
    )
