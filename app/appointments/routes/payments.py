"""The money of a visit in the panel of its appointment: what is taken, and what goes back."""

from flask import Response, abort, flash, g
from flask_babel import gettext as _

from app.appointments.forms.money import RefundForm, TakingForm
from app.appointments.models import Appointment, Booking
from app.appointments.paid import Money, money_of
from app.appointments.routes.appointments import bp, follow, load_booking, view
from app.appointments.settling_up import give_back_for, issue_for, take_for
from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.payments.refunding import hand_out


@bp.get("/bookings/<id:booking_id>/payments/new")
def new_payment(booking_id: int) -> Response:
    """How much was paid, and how."""
    booking, appointment, money = _load(booking_id)
    form = TakingForm(money.currency, money.open)
    return view("payment", appointment, booking=booking, money=money, form=form)


@bp.post("/bookings/<id:booking_id>/payments")
@retrying
def create_payment(booking_id: int) -> Response:
    """It was paid at the shop."""
    booking, appointment, money = _load(booking_id)
    form = TakingForm(money.currency, money.open)
    if not form.validate():
        return view("payment", appointment, 422, booking=booking, money=money, form=form)
    try:
        take_for(g.business, booking, by=actor(), now=clock.now(), **form.taken)
    except DomainError as refusal:
        undo()
        shown = {"booking": booking, "money": money, "form": form.refuse(refusal)}
        return view("payment", appointment, refusal.status, **shown)
    db.session.commit()
    flash(_("The money is written down."), "good")
    return follow(booking)


@bp.get("/bookings/<id:booking_id>/refunds/new")
@needs_role("manager")
def new_refund(booking_id: int) -> Response:
    """How much goes back, and why."""
    booking, appointment, money = _load(booking_id)
    form = RefundForm(money.currency, money.kept)
    return view("refund", appointment, booking=booking, money=money, form=form)


@bp.post("/bookings/<id:booking_id>/refunds")
@needs_role("manager")
@retrying
def create_refund(booking_id: int) -> Response:
    """Some of what was paid goes back."""
    booking, appointment, money = _load(booking_id)
    form = RefundForm(money.currency, money.kept)
    if not form.validate():
        return view("refund", appointment, 422, booking=booking, money=money, form=form)
    try:
        give_back_for(g.business, booking, by=actor(), now=clock.now(), **form.promised)
    except DomainError as refusal:
        undo()
        shown = {"booking": booking, "money": money, "form": form.refuse(refusal)}
        return view("refund", appointment, refusal.status, **shown)
    db.session.commit()
    flash(_("The refund is written down."), "good")
    return follow(booking)


@bp.post("/bookings/<id:booking_id>/refunds/<id:refund_id>/handover")
@retrying
def create_handover(booking_id: int, refund_id: int) -> Response:
    """A member has given the money back."""
    booking, _appointment, money = _load(booking_id)
    refund = next((it for it in money.refunds_by_hand if it.id == refund_id), None) or abort(404)
    hand_out(g.business, refund, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Given back."), "good")
    return follow(booking)


@bp.post("/bookings/<id:booking_id>/invoice")
@retrying
def create_invoice(booking_id: int) -> Response:
    """The invoice gets its number, and does not change any more."""
    booking, _appointment, _money = _load(booking_id)
    invoice = issue_for(g.business, booking, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Invoice %(number)s is issued.", number=invoice.number), "good")
    return follow(booking)


def _load(booking_id: int) -> tuple[Booking, Appointment, Money]:
    """A booking in an appointment this member may open, and the money of its visit; 404 where there is none."""
    booking, appointment = load_booking(booking_id)
    money = money_of(g.business, [booking.visit]).get(booking.visit) or abort(404)
    return booking, appointment, money
