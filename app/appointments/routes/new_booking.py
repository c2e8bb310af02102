"""A member books for a customer."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, g, url_for
from flask_babel import ngettext

from app.appointments.acquaintance import appointments_known_to
from app.appointments.customer_history import last_visits
from app.appointments.entering import enter
from app.appointments.forms.new_booking import NewBookingForm
from app.appointments.reviewing import Reviewed, review
from app.appointments.suggesting import suggest
from app.appointments.weighing import weigh
from app.auth.guards import actor
from app.businesses.guards import members_only
from app.core import clock, hx
from app.core.actor import Actor
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.mail import home_host

bp = Blueprint("new_booking", __name__, url_prefix="/manage/<slug>/appointments")
bp.before_request(members_only)


@bp.get("/new")
def new() -> Response:
    """The form, with as much filled in as the address says."""
    return _page(_form())


@bp.post("/new")
def redraw() -> Response:
    """The form as it was filled in so far: with the prices, times and customers that belong to it. Nothing is saved."""
    return _page(_form())


@bp.post("")
@retrying
def create() -> Response:
    """Book it, or say what speaks against it. A visit that comes again is looked at date by date first."""
    form = _form()
    if not form.validate():
        return _page(form, 422)
    if form.repeat.repeats and not form.repeat.was_reviewed:
        return _page(form, review=_review(form))
    return _book(form)


def _book(form: NewBookingForm) -> Response:
    try:
        entry = form.entry(home_host())
        appointment_id = enter(g.business, entry, by=_by(form), now=clock.now())
    except DomainError as refusal:
        undo()
        return _refused(refusal)
    db.session.commit()
    flash(_booked(len(entry.wishes)), "good")
    return _done(appointment_id)


def _refused(refusal: DomainError) -> Response:
    """The form again, with what speaks against it as the rows are now."""
    form = _form().refuse(refusal)
    by_dates = form.repeat.repeats and not form.twin
    return _page(form, refusal.status, review=_review(form) if by_dates else ())


def _form() -> NewBookingForm:
    return NewBookingForm(g.membership, clock.now())


def _review(form: NewBookingForm) -> Sequence[Reviewed]:
    asked, people = form.repeat.asked, form.visit.may.people
    aside = {"despite": form.despite_on_all_dates, "may": form.may_set_aside_here}
    return review(g.business, asked, form.now, **aside, people=people, known=form.refused_starts)


def _page(form: NewBookingForm, status: int = 200, review: Sequence[Reviewed] = ()) -> Response:
    visit, known = form.visit, form.whom.known
    shown = [known] if known else form.whom.found
    return hx.render(
        "appointments/new/page.html",
        "appointments/new/_new_booking.html",
        status,
        form=form,
        dates=review,
        objections=weigh(g.business, visit.wish, form.now, known) if visit.wish and not review else (),
        free=suggest(g.business, visit.wanted, visit.date.data, visit.starts_at, form.now),
        seen=last_visits(
            g.business.id, [it.id for it in shown], form.now, appointments_known_to(g.membership)
        ),
        masked=g.membership.sees != "all",
    )


def _done(appointment_id: int) -> Response:
    """What was booked, in the place of the form; from the form's own page to a page of its own."""
    address = url_for("appointments.show", appointment_id=appointment_id)
    stands_alone = urlsplit(hx.current_page()).path == url_for(".new")
    return hx.go_to(address) if stands_alone else hx.follow(address)


def _booked(count: int) -> str:
    return ngettext("It is booked.", "All %(num)d dates are booked.", count)


def _by(form: NewBookingForm) -> Actor:
    return replace(actor(), source="walk_in") if form.is_walk_in else actor()
