"""Offering somebody on the list a time by hand, or booking it for them."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.mail import home_host
from app.waitlist import ending, managing, offering
from app.waitlist.finding import find_offer
from app.waitlist.forms.line import TimeForm
from app.waitlist.listing import times_for
from app.waitlist.routes.line import bp, load_waiting
from app.waitlist.showing import shown


@bp.get("/<id:entry_id>/offers/new")
@needs_role("manager")
def new_offer(entry_id: int) -> Response:
    """The free times that suit them."""
    return _times(entry_id)


@bp.post("/<id:entry_id>/offers")
@needs_role("manager")
@retrying
def create_offer(entry_id: int) -> Response:
    """Offer them a time now, with a deadline."""
    return _with_time(entry_id, offering.offer_by_hand, _("It is kept for them, and they are told."))


@bp.post("/<id:entry_id>/booking")
@needs_role("manager")
@retrying
def create_booking(entry_id: int) -> Response:
    """Book a time for them."""
    return _with_time(entry_id, managing.book_for, _("It is booked."), host=home_host())


@bp.post("/<id:entry_id>/offers/<id:offer_id>/withdrawal")
@needs_role("manager")
@retrying
def create_withdrawal(entry_id: int, offer_id: int) -> Response:
    """Take an offer back."""
    offer = find_offer(load_waiting(entry_id), offer_id) or abort(404)
    ending.withdraw(g.business, offer, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("The offer is taken back. What is free is offered to whom it suits."), "good")
    return hx.go_to(url_for(".index"))


def _with_time(entry_id: int, act: Callable[..., Any], done: str, **more: Any) -> Response:
    """Do something with a time of the page; the page anew when that cannot be."""
    start = TimeForm().read(g.business.zone)
    if start is None:
        return _times(entry_id, _("Please choose one of the times."), 422)
    try:
        act(g.business, load_waiting(entry_id), start, by=actor(), now=clock.now(), **more)
    except DomainError as refused:
        undo()
        return _times(entry_id, refused.message, refused.status)
    db.session.commit()
    flash(done, "good")
    return hx.go_to(url_for(".index"))


def _times(entry_id: int, problem: Any = None, status: int = 200) -> Response:
    entry, now = load_waiting(entry_id), clock.now()
    page = render_template(
        "waitlist/manage/times.html",
        **shown(g.business, entry, now),
        times=times_for(g.business, entry, now),
        problem=problem,
    )
    return make_response(page, status)
