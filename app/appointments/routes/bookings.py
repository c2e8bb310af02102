"""A visit, by the link its customer has."""

from typing import Any

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for

from app.appointments.agreeing import was_asked_for
from app.appointments.allowing import Allowance, allowance_of, sentence
from app.appointments.billing import VISIT
from app.appointments.calendar_entry import google_link
from app.appointments.choosing import written
from app.appointments.finding import find_visit
from app.appointments.forms.money_words import of_visit, owed_again_words
from app.appointments.hearing import last_heard
from app.appointments.offering_times import offered_of
from app.appointments.payable import rest_to_pay, to_pay
from app.appointments.receipt import Receipt, receipt_of
from app.appointments.statuses import CUSTOMERS_WORDS
from app.appointments.withdrawing import is_paid_back, taken_back_with
from app.businesses.finding import load_business
from app.core import clock
from app.core.actor import Actor
from app.core.framing import beside, is_framed
from app.core.mail import address_of
from app.orders.finding import order_token
from app.orders.with_visits import orders_of_visits
from app.orders.words import STATUSES
from app.payments.finding import issued_for
from app.reviews.finding import review_token, to_review
from app.schedule.loading import Part
from app.websites import keep_website, website

bp = Blueprint("bookings", __name__)
bp.url_defaults(keep_website)
# What a customer has just done, as the address of the page they are led to says it.
DONE = {"moved", "cancelled", "corrected", "returned"}


@bp.url_value_preprocessor
def leave_business_to_token(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """In a frame the name of a business stands in the address, which must be that of the visit."""
    if values:
        values.pop("slug", None)


@bp.get("/bookings/<token>")
def show(token: str) -> Response:
    """What was booked, where and when, and what can be done with it."""
    return receipt_page(token, load_visit(token))


def load_visit(token: str) -> Receipt:
    """The visit of a link, and its business; there is no such page for a link that is wrong or was revoked."""
    bookings = find_visit(token) or abort(404)
    is_of_another = is_framed() and ("business" not in g or g.business.id != bookings[0].business_id)
    if is_of_another:
        abort(404)
    g.business = load_business(bookings[0].business_id)
    return receipt_of(bookings)


def allowed(receipt: Receipt) -> Allowance:
    """What its customer may do with a visit now."""
    return allowance_of(g.business, receipt.bookings, clock.now(), has_times=receipt.has_times)


def customer(receipt: Receipt) -> Actor:
    """Whoever has the link of a visit acts as its customer."""
    return Actor("customer", receipt.first.contact_name or "customer")


def receipt_page(
    token: str,
    receipt: Receipt,
    status: int = 200,
    problem: str | None = None,
    *,
    is_offered: bool = False,
) -> Response:
    """The visit, with what was just done to it or why that was refused: it may be offered to somebody who waits."""
    done, undoable = request.args.get("done"), taken_back_with(receipt.bookings, clock.now())
    if undoable and is_paid_back(g.business, undoable):
        undoable = []
    rest = rest_to_pay(g.business, receipt)
    page = render_template(
        "appointments/show.html",
        business=g.business,
        receipt=receipt,
        words=CUSTOMERS_WORDS,
        token=token,
        google=google_link(g.business, receipt, link=link_of(token)),
        allowance=allowed(receipt),
        heard=last_heard(receipt.bookings),
        undoable=undoable,
        money=of_visit(g.business, receipt.bookings, clock.now(), says_rest=rest is None),
        to_pay=to_pay(g.business, receipt),
        rest=rest,
        owed_again=owed_again_words(undoable) if undoable else None,
        again=again(receipt),
        done=done if done in DONE and request.method == "GET" else None,
        problem=problem,
        papers=issued_for(g.business.id, VISIT, receipt.first.visit),
        is_offered=is_offered,
        ordered=[(it, order_token(it)) for it in orders_of_visits(g.business.id, [receipt.first.visit])],
        order_words=STATUSES,
        was_asked_for=was_asked_for(receipt.bookings),
        website=website(),
        to_review=[(it, review_token(it), said) for it, said in to_review(receipt.bookings, clock.now())],
        offered=[it for it in offered_of(receipt.bookings) if it > clock.now()] if receipt.is_ahead else [],
    )
    return make_response(page, status)


def visit_page(template: str, receipt: Receipt, status: int = 200, **shown: object) -> Response:
    """A page on which its customer does something with a visit."""
    allowance = allowed(receipt)
    page = render_template(
        f"appointments/own/{template}.html",
        business=g.business,
        receipt=receipt,
        allowance=allowance,
        sentence=sentence,
        **shown,
    )
    return make_response(page, status)


def again(receipt: Receipt) -> str:
    """Where the same services are booked anew."""
    parts = [Part(it.appointment.service_id, (), it.guest) for it in receipt.bookings]
    choice: dict[str, Any] = {"slug": g.business.slug, **written(parts)}
    return url_for(beside("flow.new"), **choice)


def link_of(token: str) -> str:
    """The whole address of the page, in nobody's language."""
    return address_of("bookings.show", token=token)
