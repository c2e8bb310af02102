"""How somebody pays an invoice online, whatever it is for: by card on our page, or on one of Stripe's.

Our row is committed before Stripe hears of it, so no transaction is open while Stripe is asked. The pages of a room are
`show` (what it is for), `new_payment` and `show_payment` below the same token.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, g, jsonify, make_response, render_template, request, url_for
from flask_babel import get_locale

from app.core import clock, hx
from app.core.card_payments import stripe_script
from app.core.db import db
from app.core.errors import DomainError
from app.core.framing import is_framed
from app.core.jobs import ring
from app.core.mail import address_of
from app.core.tries import TooManyTries, tries
from app.payments.jobs import make_way, sync_payment
from app.payments.models import Invoice, Payment
from app.payments.starting import (
    PAGE_LIVES,
    NothingDue,
    OtherPaymentUnderWay,
    account_to_pay_with,
    last_payment,
    opened,
    page_opened,
    start,
)
from app.payments.stripe import asking
from app.payments.stripe.account import Account, account_of
from app.payments.stripe.answers import NotLetIn
from app.websites import website, website_token

_ASKED = "30/minute"


@dataclass(frozen=True, slots=True)
class Bill:
    """What somebody pays: an invoice, what it is called at Stripe, and the room whose pages are below its token."""

    room: str
    token: str
    invoice: Invoice
    called: str
    email: str | None

    def address(self, page: str) -> str:
        """The whole address of one of its pages; whoever came from another website finds back from there."""
        return address_of(f"{self.room}.{page}", token=self.token, back=website_token())


def answer_with_intent(bill: Bill | None) -> Response:
    """For the form on our page: what Stripe's script needs, or why it cannot be paid, in a sentence. Commits.

    None where nothing is to be paid any more: the script goes to the page that says why.
    """
    if bill is None:
        return make_response(jsonify(problem=str(NothingDue.message), is_over=True), NothingDue.status)
    try:
        account, payment = _begin(bill.invoice, by_page=False)
        state = asking.open_intent(account, payment, bill.called, bill.email)
        opened(payment, state.ref or "")
    except DomainError as problem:
        db.session.rollback()
        return make_response(jsonify(problem=str(problem.message)), problem.status)
    db.session.commit()
    language = str(get_locale()).partition("_")[0]
    return jsonify(secret=state.client_secret, key=account.publishable, language=language)


def go_to_stripe(bill: Bill, refused: Callable[[DomainError], Response]) -> Response:
    """Lead to a page of Stripe's; `refused` shows why that does not work, after a rollback. Commits."""
    try:
        account, payment = _begin(bill.invoice, by_page=True)
        page = asking.open_page(
            account,
            payment,
            bill.called,
            bill.email,
            back=bill.address("show_payment"),
            away=bill.address("new_payment"),
            until=payment.created_at + PAGE_LIVES,
        )
        page_opened(payment, page.ref)
    except NothingDue:
        db.session.rollback()
        return hx.go_to(url_for(".show", token=bill.token))
    except DomainError as problem:
        db.session.rollback()
        return refused(problem)
    db.session.commit()
    return hx.go_to(page.url or url_for(".new_payment", token=bill.token))


def payment_page(bill: Bill, problem: DomainError | None = None, **shown: object) -> Response:
    """What is to be paid now, and the ways to do it."""
    g.layout = "payment"
    account = account_of(g.business.id)
    refused = NotLetIn("no keys") if account is None else problem
    page = render_template(
        "paying/payment.html",
        business=g.business,
        room=bill.room,
        token=bill.token,
        invoice=bill.invoice,
        problem=str(refused.message) if refused else None,
        account=account,
        script=stripe_script(),
        back=bill.address("show_payment"),
        website=website(),
        **shown,
    )
    return make_response(page, refused.status if refused else 200)


def result_page(
    room: str, token: str, invoice: Invoice | None, *, is_counted: bool, news: str | None, **shown: Any
) -> Response:
    """Where people come back to. It believes nothing that they bring: it lets Stripe be asked, and looks.

    Whoever has paid goes on to what they paid for, which says the `news`; `is_counted`: it waits for no payment.
    """
    payment = last_payment(invoice) if invoice else None
    if not (invoice and _is_waited_for(payment, is_counted=is_counted)):
        return hx.go_to(url_for(".show", token=token, done=news))
    since = _since(_milliseconds(clock.now()))
    state = _state(payment, since)
    if payment and (state == "asking" or not hx.wants_partial()):
        _let_stripe_be_asked(payment)
    if hx.wants_partial() and state == request.args.get("state"):
        # What is there already is not read out again.
        return make_response("", 204)
    return hx.render(
        "paying/paying.html",
        "paying/_paying.html",
        business=g.business,
        room=room,
        token=token,
        state=state,
        waiting=url_for(".show_payment", token=token, since=since, state=state, **_kept()),
        website=website(),
        **shown,
    )


def is_new_in_frame() -> bool:
    """Whether the frame on another website is to hear that it counts only now."""
    return is_framed() and "books" in request.args


def _begin(invoice: Invoice, *, by_page: bool) -> tuple[Account, Payment]:
    """The payment under way, written down before Stripe hears of it. One begun in the other way is ended first."""
    account = account_to_pay_with(g.business.id)
    try:
        payment = start(g.business, invoice, live=account.live, by_page=by_page, now=clock.now())
    except OtherPaymentUnderWay:
        db.session.rollback()
        make_way(invoice)
        payment = start(g.business, invoice, live=account.live, by_page=by_page, now=clock.now())
    db.session.commit()
    return account, payment


def _is_waited_for(payment: Payment | None, *, is_counted: bool) -> bool:
    """Whether there is something to wait for: in another window it may not even have been begun."""
    if payment is None:
        return _is_elsewhere()
    return payment.status != "succeeded" or not is_counted


def _is_elsewhere() -> bool:
    return is_framed() and "elsewhere" in request.args


def _kept() -> dict[str, Any]:
    """What the address goes on to say."""
    return {name: 1 for name in ("books", "elsewhere") if name in request.args and is_framed()}


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
