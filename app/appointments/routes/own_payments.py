"""A customer pays for what they booked: by card on our page, or without any script on one of Stripe's.

In a frame on another website a card can be typed too, as long as the frame has an origin. For all else there is our
page in a window of its own, because Stripe's own pages refuse to stand in a frame.
"""

from flask import Response, abort, g, jsonify, make_response, render_template, url_for
from flask_babel import get_locale

from app.appointments.forms.money_words import before_booking
from app.appointments.payable import called, is_on_its_way, kept_for, payable
from app.appointments.receipt import Receipt
from app.appointments.routes.bookings import again, bp, load_visit
from app.appointments.routes.websites import website, website_token
from app.core import clock, hx
from app.core.card_payments import stripe_script
from app.core.db import db, retrying
from app.core.errors import DomainError
from app.core.limits import limiter
from app.core.mail import address_of
from app.payments.jobs import make_way
from app.payments.models import Invoice, Payment
from app.payments.starting import (
    PAGE_LIVES,
    NothingDue,
    OtherPaymentUnderWay,
    account_to_pay_with,
    opened,
    page_opened,
    start,
)
from app.payments.stripe import asking
from app.payments.stripe.account import Account, account_of
from app.payments.stripe.answers import NotLetIn


@bp.get("/bookings/<token>/payment")
def new_payment(token: str) -> Response:
    """What is to be paid now, and the ways to do it."""
    receipt = load_visit(token)
    invoice = payable(g.business, receipt)
    if invoice is None:
        return hx.go_to(url_for(".show", token=token))
    if is_on_its_way(invoice):
        return hx.go_to(url_for(".show_payment", token=token))
    return _page(token, receipt, invoice)


@bp.post("/bookings/<token>/payment/intent")
@limiter.limit("30 per minute")
@retrying
def create_intent(token: str) -> Response:
    """For the form on our page: what Stripe's script needs, or the sentence that says why it cannot be paid."""
    receipt = load_visit(token)
    try:
        account, payment = _begin(_due(receipt), by_page=False)
        state = asking.open_intent(account, payment, called(g.business, receipt), receipt.first.contact_email)
        opened(payment, state.ref or "")
    except DomainError as problem:
        db.session.rollback()
        return make_response(jsonify(problem=str(problem.message)), problem.status)
    db.session.commit()
    language = str(get_locale()).partition("_")[0]
    return jsonify(secret=state.client_secret, key=account.publishable, language=language)


@bp.post("/bookings/<token>/payment")
@limiter.limit("30 per minute")
@retrying
def create_payment(token: str) -> Response:
    """Go on on a page of Stripe's."""
    receipt = load_visit(token)
    invoice = _due(receipt)
    try:
        account, payment = _begin(invoice, by_page=True)
        page = asking.open_page(
            account,
            payment,
            called(g.business, receipt),
            receipt.first.contact_email,
            back=address_of("bookings.show_payment", token=token, back=website_token()),
            away=address_of("bookings.new_payment", token=token, back=website_token()),
            until=payment.created_at + PAGE_LIVES,
        )
        page_opened(payment, page.ref)
    except NothingDue:
        db.session.rollback()
        return hx.go_to(url_for(".show", token=token))
    except DomainError as problem:
        db.session.rollback()
        return _page(token, load_visit(token), invoice, problem.status, str(problem.message))
    db.session.commit()
    return hx.go_to(page.url or url_for(".new_payment", token=token))


def _due(receipt: Receipt) -> Invoice:
    return payable(g.business, receipt) or abort(404)


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


def _page(
    token: str, receipt: Receipt, invoice: Invoice, status: int = 200, problem: str | None = None
) -> Response:
    g.layout = "payment"
    account, (until, seconds) = account_of(g.business.id), kept_for(receipt, clock.now())
    if account is None:
        status, problem = NotLetIn.status, str(NotLetIn.message)
    page = render_template(
        "appointments/own/payment.html",
        business=g.business,
        receipt=receipt,
        invoice=invoice,
        token=token,
        until=until,
        seconds=seconds,
        agreed=before_booking(g.business, receipt.kept, clock.now())[1:] if until else [],
        again=again(receipt),
        problem=problem,
        account=account,
        script=stripe_script(),
        back=address_of("bookings.show_payment", token=token, back=website_token()),
        website=website(),
    )
    return make_response(page, status)
