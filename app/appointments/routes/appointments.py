"""The panel of one appointment: a page of its own, and a sheet beside the calendar."""

from typing import Any

from flask import Blueprint, Response, abort, flash, g, request, url_for
from flask_babel import gettext as _

from app.appointments.belonging import NotTheirs, find_appointment, find_readable, people_open_to, readable
from app.appointments.finding import receipt_token
from app.appointments.forms.desk import NoteForm
from app.appointments.models import Appointment, Booking
from app.appointments.noting import LONGEST_NOTE, NoteChanged, keep_note
from app.appointments.paid import money_of
from app.appointments.panel import Panel, find_booking, panel_of
from app.appointments.statuses import MEMBERS_WORDS
from app.appointments.told import told_about
from app.auth.guards import actor
from app.businesses.guards import members_only
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.orders.with_visits import orders_of_visits
from app.orders.words import FOR_MEMBERS
from app.payments.couponing import has_codes
from app.schedule.business_days import business_day

bp = Blueprint("appointments", __name__, url_prefix="/manage/<slug>")
bp.before_request(members_only)

_PAGES_OF_REQUESTS = {"today": "dashboard.index", "requests": "dashboard.requests"}


@bp.get("/appointments/<id:appointment_id>")
def show(appointment_id: int) -> Response:
    """Who comes for what, when and with whom, what can be done next, and what happened so far."""
    try:
        appointment, changes = find_readable(g.membership, appointment_id)
    except NotTheirs:
        abort(403)
    if appointment is None:
        abort(404)
    return panel_page(appointment) if changes else _reading_page(appointment)


@bp.post("/bookings/<id:booking_id>/note")
@retrying
def create_note(booking_id: int) -> Response:
    """Keep what members write down for each other, and show the panel again."""
    booking, appointment = load_booking(booking_id)
    form = NoteForm()
    if not form.validate():
        return panel_page(appointment, 422, note=form, noting=booking.id)
    note, seen = form.note.data or None, form.seen.data or ""
    try:
        keep_note(g.business, booking, note, seen=seen, by=actor(), now=clock.now())
    except NoteChanged as refusal:
        undo()
        return panel_page(appointment, refusal.status, note=form.refuse(refusal), noting=booking_id)
    db.session.commit()
    flash(_("The note is saved. Only your team can read it."), "good")
    return follow(booking)


def load_appointment(appointment_id: int) -> Appointment:
    """One this member may change; 404 for none of this business, 403 for a colleague's."""
    try:
        return find_appointment(g.membership, appointment_id) or abort(404)
    except NotTheirs:
        abort(403)


def load_booking(booking_id: int) -> tuple[Booking, Appointment]:
    """A booking somebody put their name to, in an appointment this member may change."""
    booking = find_booking(g.business.id, booking_id) or abort(404)
    return booking, load_appointment(booking.appointment_id)


def way_back() -> str | None:
    """The endpoint of the page an answer was given on, where that is another than the panel."""
    return _PAGES_OF_REQUESTS.get(request.values.get("back", ""))


def follow(booking: Booking) -> Response:
    """Back to where the answer was given, or to the panel the booking is in by now."""
    page = way_back()
    if page:
        return hx.go_to(url_for(page, answered=booking.id))
    return hx.follow(url_for("appointments.show", appointment_id=booking.appointment_id))


def refused(refusal: DomainError, appointment_id: int) -> Response:
    """The panel as it is now, with the reason why nothing was done. Rolls back."""
    undo()
    return panel_page(load_appointment(appointment_id), refusal.status, refusal=refusal)


def may_give(panel: Panel) -> bool:
    """Whether this member may give the time of whoever performs it to somebody."""
    people = people_open_to(g.membership)
    return people is None or (panel.performer is not None and panel.performer.id in people)


def _may_take_back(panel: Panel) -> bool:
    """Whether it was with somebody whose time this member may give, before it was moved last."""
    people, with_whom = people_open_to(g.membership), panel.recent.person_ids if panel.recent else None
    return people is None or with_whom is None or with_whom[0] in people


def panel_page(appointment: Appointment, status: int = 200, **more: Any) -> Response:
    """The panel; `more` is what was refused."""
    now, whole = clock.now(), request.args.get("history") == "all"
    panel = panel_of(g.business, appointment, now, whole=whole)
    context = {
        "panel": panel,
        "now": now,
        "words": MEMBERS_WORDS,
        "token_of": receipt_token,
        "openable": readable(g.membership, {it.appointment_id for it in [*panel.visit, *panel.series]}),
        "may_give": may_give(panel),
        "may_return": may_give(panel) and _may_take_back(panel),
        "money": money_of(g.business, {it.visit for it in panel.bookings if it.customer_id}),
        "has_codes": has_codes(g.business.id),
        "messages": told_about(g.business.id, panel.bookings),
        "ordered": orders_of_visits(g.business.id, {it.visit for it in panel.bookings if it.customer_id}),
        "order_words": FOR_MEMBERS,
        "longest_note": LONGEST_NOTE,
        "note": None,
        "noting": None,
        "refusal": None,
    }
    return view("appointment", appointment, status, **context | more)


def _reading_page(appointment: Appointment) -> Response:
    """What a colleague may read and do nothing about: no step, no money, no page of the customer."""
    panel = panel_of(g.business, appointment, clock.now())
    return view("reading", appointment, panel=panel, words=MEMBERS_WORDS)


def view(name: str, appointment: Appointment, status: int = 200, **context: Any) -> Response:
    """One view of the panel of an appointment, as a page or as what stands in the sheet."""
    panel = context.get("panel")
    day = panel.day if panel else business_day(g.business, appointment.starts_at)
    context |= {"business": g.business, "appointment": appointment, "day": day}
    page, partial = f"appointments/desk/{name}.html", f"appointments/desk/_{name}.html"
    return hx.render(page, partial, status, **context)
