"""Where people come back to from Stripe, and wait until it is known whether they have paid.

In a frame two words of the address say more: `books`, that the visit counts once it is paid, and `elsewhere`, that
they pay in a window of its own while this page waits.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Response, g, make_response, request, url_for

from app.appointments.payable import kept_for, payable
from app.appointments.receipt import Receipt
from app.appointments.routes.bookings import bp, load_visit
from app.appointments.routes.websites import website
from app.core import clock, hx
from app.core.framing import is_framed
from app.core.jobs import ring
from app.core.tries import TooManyTries, tries
from app.payments.jobs import sync_payment
from app.payments.models import Payment
from app.payments.starting import last_payment

_ASKED = "30/minute"


@bp.get("/bookings/<token>/payment/result")
def show_payment(token: str) -> Response:
    """It believes nothing that people bring: it lets Stripe be asked, and looks."""
    receipt = load_visit(token)
    invoice = payable(g.business, receipt)
    payment = last_payment(invoice) if invoice else None
    if not (invoice and _is_waited_for(payment, receipt)):
        return hx.go_to(url_for(".show", token=token, done=_news(receipt)))
    since = _since(_milliseconds(clock.now()))
    state = _state(payment, since)
    if payment and (state == "asking" or not hx.wants_partial()):
        _let_stripe_be_asked(payment)
    if hx.wants_partial() and state == request.args.get("state"):
        # What is there already is not read out again.
        return make_response("", 204)
    return _page(
        token, receipt, state, url_for(".show_payment", token=token, since=since, state=state, **_kept())
    )


def _page(token: str, receipt: Receipt, state: str, waiting: str) -> Response:
    until, seconds = kept_for(receipt, clock.now())
    return hx.render(
        "appointments/own/paying.html",
        "appointments/own/_paying.html",
        business=g.business,
        receipt=receipt,
        token=token,
        until=until,
        seconds=seconds,
        state=state,
        waiting=waiting,
        website=website(),
    )


def _is_waited_for(payment: Payment | None, receipt: Receipt) -> bool:
    """Whether there is something to wait for: in another window it may not even have been begun."""
    if payment is None:
        return _is_elsewhere()
    return payment.status != "succeeded" or receipt.status == "pending_payment"


def _is_elsewhere() -> bool:
    return is_framed() and "elsewhere" in request.args


def _kept() -> dict[str, Any]:
    """What the address goes on to say."""
    return {name: 1 for name in ("books", "elsewhere") if name in request.args and is_framed()}


def _news(receipt: Receipt) -> str | None:
    """What the receipt tells the website around it: the visit counts only now."""
    is_new = is_framed() and "books" in request.args and receipt.status == "confirmed"
    return "booked" if is_new else None


def _let_stripe_be_asked(payment: Payment) -> None:
    """However often a page is asked for, Stripe is not asked more often than somebody who waits would notice."""
    with suppress(TooManyTries):
        tries.count(_ASKED, "payments-asked-about", str(payment.business_id), str(payment.id))
        ring(sync_payment, payment.business_id, payment.id)


def _since(now: int) -> int:
    """When they came back, as the address says it, which anybody can write; now (milliseconds) where it says no such.

    What is still to come would let Stripe be asked for ever.
    """
    given = request.args.get("since", now, type=int)
    return given if 0 <= given <= now else now


def _state(payment: Payment | None, since: int) -> str:
    """What can be said of a payment to somebody who has come back at `since` (milliseconds).

    A card that was declined before says nothing about what was done since, so Stripe has to be asked first. Whatever
    does not work in another window is said there.
    """
    if payment and payment.status in ("processing", "needs_review"):
        return payment.status
    if payment is None or _is_elsewhere():
        return "elsewhere"
    if payment.synced_at is None or _milliseconds(payment.synced_at) < since:
        return "asking"
    return "failed" if payment.failure or payment.status in ("failed", "cancelled") else "unpaid"


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
