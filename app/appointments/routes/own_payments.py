"""A customer pays for what they booked: by card on our page, or without any script on one of Stripe's.

In a frame on another website a card can be typed too, as long as the frame has an origin. For all else there is our
page in a window of its own, because Stripe's own pages refuse to stand in a frame.
"""

from flask import Response, g, url_for

from app.appointments.forms.money_words import before_booking
from app.appointments.payable import called, is_on_its_way, kept_for, payable
from app.appointments.receipt import Receipt
from app.appointments.routes.bookings import again, bp, load_visit
from app.core import clock, hx
from app.core.db import retrying
from app.core.errors import DomainError
from app.core.limits import limiter
from app.online_payment import Bill, answer_with_intent, go_to_stripe, payment_page
from app.orders.with_visits import orders_of_visits
from app.payments.models import Invoice


@bp.get("/bookings/<token>/payment")
def new_payment(token: str) -> Response:
    """What is to be paid now, and the ways to do it."""
    receipt = load_visit(token)
    invoice = payable(g.business, receipt)
    if invoice is None:
        return hx.go_to(url_for(".show", token=token))
    if is_on_its_way(invoice):
        return hx.go_to(url_for(".show_payment", token=token))
    return _page(_bill(token, receipt, invoice), receipt)


@bp.post("/bookings/<token>/payment/intent")
@limiter.limit("30 per minute")
@retrying
def create_intent(token: str) -> Response:
    """For the form on our page: what Stripe's script needs, or the sentence that says why it cannot be paid."""
    receipt = load_visit(token)
    return answer_with_intent(_bill_due(token, receipt))


@bp.post("/bookings/<token>/payment")
@limiter.limit("30 per minute")
@retrying
def create_payment(token: str) -> Response:
    """Go on on a page of Stripe's; where nothing is to be paid any more, to the one that says why."""
    bill = _bill_due(token, load_visit(token))
    if bill is None:
        return hx.go_to(url_for(".show", token=token))
    return go_to_stripe(bill, lambda problem: _page(bill, load_visit(token), problem))


def _bill_due(token: str, receipt: Receipt) -> Bill | None:
    """What is to be paid now; None where nothing is, or it has lapsed or was cancelled since the page was shown."""
    invoice = payable(g.business, receipt)
    return _bill(token, receipt, invoice) if invoice else None


def _bill(token: str, receipt: Receipt, invoice: Invoice) -> Bill:
    return Bill("bookings", token, invoice, called(g.business, receipt), receipt.first.contact_email)


def _page(bill: Bill, receipt: Receipt, problem: DomainError | None = None) -> Response:
    until, seconds = kept_for(receipt, clock.now())
    return payment_page(
        bill,
        problem,
        receipt=receipt,
        until=until,
        seconds=seconds,
        zone=receipt.first.zone,
        is_new=receipt.status == "pending_payment",
        code=receipt.code if receipt.discount_cents else None,
        agreed=before_booking(g.business, receipt.kept, clock.now())[1:] if until else [],
        again=again(receipt),
        ordered=orders_of_visits(g.business.id, [receipt.first.visit]),
    )
