"""Two appointments of a day change places."""

from flask import Response, abort, g, url_for

from app.appointments.belonging import people_open_to
from app.appointments.changing import ChangedMeanwhile
from app.appointments.elsewhere import Candidate, candidates
from app.appointments.forms.swapping import SwapForm
from app.appointments.objecting import swap_objections
from app.appointments.overriding import FOR_CUSTOMERS, overridable
from app.appointments.panel import Panel, panel_of
from app.appointments.refusals import NotOffered, SlotTaken
from app.appointments.routes.appointments import bp, load_appointment, may_give, refused, view
from app.appointments.swapping import swap
from app.auth.guards import actor
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError


@bp.get("/appointments/<id:appointment_id>/swaps")
def new_swap(appointment_id: int) -> Response:
    """The appointments of that day to change places with."""
    panel, those = _load(appointment_id)
    return _page(panel, those, _form(panel, those))


@bp.post("/appointments/<id:appointment_id>/swaps")
@retrying
def create_swap(appointment_id: int) -> Response:
    """Let two change places, or say what stands in the way and offer to set it aside."""
    panel, those = _load(appointment_id)
    form = _form(panel, those)
    if not form.validate():
        return _page(panel, those, form, 422)
    try:
        _swap(panel, form)
    except ChangedMeanwhile as refusal:
        return refused(refusal, appointment_id)
    except DomainError as refusal:
        undo()
        return _page(*_load(appointment_id), _objected(form, panel, refusal), refusal.status)
    db.session.commit()
    return hx.follow(url_for(".show", appointment_id=appointment_id))


def _load(appointment_id: int) -> tuple[Panel, list[Candidate]]:
    """What can change places, and with what; both with people whose time this member may give."""
    panel = panel_of(g.business, load_appointment(appointment_id), clock.now())
    if panel.booking is None:
        abort(404)
    if not may_give(panel):
        abort(403)
    return panel, candidates(g.business, panel.appointment, people_open_to(g.membership))


def _form(panel: Panel, those: list[Candidate]) -> SwapForm:
    tell = panel.booking is not None and panel.booking.contact_email is not None
    return SwapForm(panel.appointment, those, tell=tell)


def _swap(panel: Panel, form: SwapForm) -> None:
    """The act, with what was seen and set aside. Raises what it raises."""
    swap(
        g.business,
        panel.appointment,
        form.chosen,
        versions=form.versions,
        despite=FOR_CUSTOMERS | form.despite & overridable(g.membership.role),
        by=actor(),
        now=clock.now(),
        reason=form.reason.data or None,
        tell=form.tell.data,
    )


def _objected(form: SwapForm, panel: Panel, refusal: DomainError) -> SwapForm:
    """What stands in the way, where that is known, and whether this member may set it aside."""
    if not isinstance(refusal, SlotTaken | NotOffered) or not refusal.against:
        return form.refuse(refusal)
    found = swap_objections(g.business, panel.appointment, form.chosen, refusal.against)
    return form.show_objections(found, g.business.zone, overridable(g.membership.role))


def _page(panel: Panel, those: list[Candidate], form: SwapForm, status: int = 200) -> Response:
    shown = {"panel": panel, "booking": panel.booking, "candidates": those, "form": form}
    return view("swap", panel.appointment, status, **shown)
