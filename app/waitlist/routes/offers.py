"""What is offered to somebody who waits. Looking at it changes nothing, however often a mail program does."""

from flask import Response, abort, g, make_response, render_template, url_for

from app.appointments.finding import receipt_token
from app.core import clock, hx
from app.core.actor import VISITOR
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import limiter
from app.core.mail import home_host
from app.waitlist import ending, taking
from app.waitlist.finding import find_offer
from app.waitlist.forms.public import TakeForm
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from app.waitlist.routes.blueprint import bp, hold_limits, load_entry
from app.waitlist.showing import held_with, settles, shown


@bp.get("/waitlist/<token>/offers/<id:offer_id>")
def show_offer(token: str, offer_id: int) -> Response:
    """The time, and until when it is kept."""
    entry, offer = _load(token, offer_id)
    if offer.status == "taken":
        return _receipt(entry, offer)
    return _offer(token, entry, offer, TakeForm(entry, offer))


@bp.post("/waitlist/<token>/offers/<id:offer_id>")
@limiter.limit("30 per minute")
@retrying
def create_booking(token: str, offer_id: int) -> Response:
    """Take it."""
    entry, offer = _load(token, offer_id)
    form = TakeForm(entry, offer)
    if not form.validate():
        return _offer(token, entry, offer, form, 422)
    try:
        taking.take(
            g.business,
            offer,
            by=VISITOR,
            now=clock.now(),
            host=home_host(),
            limits=hold_limits(),
            answers=form.answers_by_service,
        )
    except DomainError as refused:
        undo()
        return _offer(token, entry, offer, form.refuse(refused), refused.status)
    db.session.commit()
    return _receipt(entry, offer)


@bp.post("/waitlist/<token>/offers/<id:offer_id>/refusal")
@limiter.limit("30 per minute")
@retrying
def create_refusal(token: str, offer_id: int) -> Response:
    """Not this one: the next in line has it at once."""
    _entry, offer = _load(token, offer_id)
    ending.decline(g.business, offer, by=VISITOR, now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".show", token=token))


def _load(token: str, offer_id: int) -> tuple[WaitlistEntry, WaitlistOffer]:
    entry = load_entry(token)
    return entry, find_offer(entry, offer_id) or abort(404)


def _receipt(entry: WaitlistEntry, offer: WaitlistOffer) -> Response:
    booking = taking.booking_of(entry, offer)
    return hx.go_to(url_for("bookings.show", token=receipt_token(booking)))


def _offer(
    token: str, entry: WaitlistEntry, offer: WaitlistOffer, form: TakeForm, status: int = 200
) -> Response:
    """The page; 410 for an offer that is over, whatever was done to it."""
    now = clock.now()
    words = shown(g.business, entry, now)
    is_open = offer.status == "open"
    words |= {"offer": offer, "person": held_with(offer) or words["person"]}
    words["settles"] = is_open and settles(g.business, entry, offer, now)
    page = render_template("waitlist/offer.html", **words, token=token, form=form)
    return make_response(page, status if is_open else 410)
