"""Whoever lost the link to what they booked asks for it."""

from flask import Blueprint, Response, abort, g, make_response, render_template, request, url_for
from flask_babel import get_locale

from app.appointments.forms.lost_link import LostLinkForm
from app.appointments.linking import send_links
from app.businesses.guards import find_shown_business
from app.businesses.models import Business
from app.core import clock, hx
from app.core.db import db, undo
from app.core.errors import DomainError
from app.core.limits import network_address

bp = Blueprint("lost_links", __name__)


@bp.get("/b/<slug>/lost-link")
def new(slug: str) -> Response:
    """The form; and after it was sent, what happens now, the same for everybody."""
    return _page(_load(slug), LostLinkForm(), sent="sent" in request.args)


@bp.post("/b/<slug>/lost-link")
def create(slug: str) -> Response:
    """Send the links, if there are any, to the address they belong to."""
    business, form = _load(slug), LostLinkForm()
    if not form.validate():
        return _page(business, form, 422)
    try:
        send_links(
            business,
            str(form.email.address),
            network=network_address(),
            language=_language(),
            now=clock.now(),
        )
    except DomainError as refusal:
        undo()
        return _page(_load(slug), form.refuse(refusal), refusal.status)
    db.session.commit()
    return hx.go_to(url_for(".new", slug=slug, sent="yes"))


def _load(slug: str) -> Business:
    business: Business = find_shown_business(slug) or abort(404)
    g.business = business
    return business


def _language() -> str:
    return str(get_locale()).replace("_", "-")


def _page(business: Business, form: LostLinkForm, status: int = 200, *, sent: bool = False) -> Response:
    page = render_template("appointments/own/lost_link.html", business=business, form=form, sent=sent)
    return make_response(page, status, form.headers)
