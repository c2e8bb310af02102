"""A customer chooses one of the times the business offers instead."""

from datetime import datetime

from flask import Response, abort, g, request, url_for

from app.appointments.offering_times import OfferGone, offer_afresh, take_offered
from app.appointments.routes.bookings import bp, customer, load_visit, receipt_page
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import limiter


@bp.post("/bookings/<token>/offered-time")
@limiter.limit("30 per minute")
@retrying
def create_offered_time(token: str) -> Response:
    """Move it there; in the place of a time that is gone, fresh ones are offered."""
    receipt = load_visit(token)
    start = _start(request.form.get("start", ""))
    try:
        take_offered(g.business, receipt.first, start=start, by=customer(receipt), now=clock.now())
    except DomainError as refusal:
        undo()
        receipt = load_visit(token)
        if isinstance(refusal, OfferGone):
            offer_afresh(g.business, receipt.first, by=customer(receipt), now=clock.now())
            db.session.commit()
        return receipt_page(token, load_visit(token), refusal.status, str(refusal.message))
    db.session.commit()
    return hx.go_to(url_for(".show", token=token, done="moved"))


def _start(sent: str) -> datetime:
    """The moment a button of the page stands for; anything else is no answer to it: 422."""
    try:
        start = datetime.fromisoformat(sent)
    except ValueError:
        abort(422)
    return start if start.tzinfo else abort(422)
