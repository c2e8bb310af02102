"""A customer moves what they booked."""

from flask import Response, g, url_for

from app.appointments.allowing import sentence
from app.appointments.forms.new_time import NewTimeForm
from app.appointments.other_times import movable, other_times
from app.appointments.receipt import Receipt
from app.appointments.rescheduling import reschedule, state_of
from app.appointments.routes.bookings import allowed, bp, customer, load_visit, visit_page
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.limits import limiter


@bp.get("/bookings/<token>/new-time")
@limiter.limit("90 per minute")
def new_time(token: str) -> Response:
    """The times a visit can be moved to; with one of them chosen, the old one and the new one side by side."""
    return _choosing(load_visit(token), token)


@bp.get("/bookings/<token>/new-time/times")
@limiter.limit("90 per minute")
def new_time_slots(token: str) -> Response:
    """The strip of days and the times of one of them."""
    return _choosing(load_visit(token), token, partial="appointments/flow/_slots.html")


@bp.post("/bookings/<token>/new-time")
@limiter.limit("30 per minute")
@retrying
def create_move(token: str) -> Response:
    """Move it to the time that stood beside the old one; another time is shown first."""
    receipt = load_visit(token)
    form = _form(receipt, token)
    if form is None or not form.validate():
        return _choosing(receipt, token, form, 422)
    if not form.was_shown:
        return hx.go_to(form.address(**form.query(date=form.date.data or None, start=form.start.data)))
    try:
        _move(receipt, form)
    except DomainError as refusal:
        undo()
        return _choosing(load_visit(token), token, form.refuse(refusal), refusal.status)
    db.session.commit()
    return hx.go_to(url_for(".show", token=token, done="moved"))


def _move(receipt: Receipt, form: NewTimeForm) -> None:
    reschedule(
        g.business,
        receipt.first,
        start=form.new_start,
        anyone=form.anyone,
        seen=form.seen.data,
        by=customer(receipt),
        now=clock.now(),
    )


def _form(receipt: Receipt, token: str) -> NewTimeForm | None:
    """The form, as long as there is something to be moved; whether it may be is for the act to say."""
    if not (receipt.is_ahead and receipt.has_times):
        return None
    return NewTimeForm(g.business, receipt, movable(receipt.kept), token)


def _choosing(
    receipt: Receipt,
    token: str,
    refused: NewTimeForm | None = None,
    status: int = 200,
    partial: str = "appointments/own/_new_time.html",
) -> Response:
    """The times as they are now; or why none can be chosen, and whom to ask."""
    allowance = allowed(receipt)
    form = _form(receipt, token) if allowance.may_move else None
    if form is None:
        if hx.wants_partial():
            return hx.go_to(url_for(".show", token=token))
        return visit_page("new_time", receipt, status, form=None, token=token)
    form.keep(refused)
    choice = form.choice()
    found = other_times(g.business, form.visit, choice, clock.now(), anyone=form.anyone)
    return hx.render(
        "appointments/own/new_time.html",
        partial,
        422 if form.problem and status == 200 else status,
        business=g.business,
        receipt=receipt,
        allowance=allowance,
        sentence=sentence,
        token=token,
        form=form,
        choice=choice,
        offer=found,
        state=state_of(receipt.bookings),
        is_move=True,
        slots_step=2 if form.visit.may_be_anyones else 1,
    )
