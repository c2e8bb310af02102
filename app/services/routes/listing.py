"""The list of services, and what is done to one of them from there."""

from flask import Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.appointments.copying import copy_service
from app.appointments.sampling import offer_sample, samples_for
from app.appointments.surveying import without_times
from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.ordering import direction_of
from app.core.text import one_line
from app.services.arranging import count_services, find_service, move_service, services_by_category
from app.services.keeping import put_back
from app.services.models import Service
from app.services.offering import change_service
from app.services.routes import bp
from app.staff.performing import performers_of_all

LONGEST_SEARCH = 100


@bp.get("")
@needs_role("manager")
def index() -> Response:
    """The services under their headings; `?shown=away` asks for those put away, `?q=` searches."""
    active = request.args.get("shown") != "away"
    search = one_line(request.args.get("q")) or ""
    sections = services_by_category(g.business.id, active=active, search=search[:LONGEST_SEARCH])
    services = [service for section in sections for service in section.services]
    page = render_template(
        "services/index.html",
        sections=sections,
        performers=performers_of_all(g.business.id, [it.id for it in services]),
        timeless=without_times(g.business, services, clock.now()),
        counts=count_services(g.business.id),
        active=active,
        search=search[:LONGEST_SEARCH],
        samples=samples_for(g.business),
    )
    return make_response(page)


@bp.post("/samples")
@needs_role("manager")
@retrying
def create_sample() -> Response:
    """Begin with something usual for the trade."""
    samples = {str(at): sample for at, sample in enumerate(samples_for(g.business))}
    sample = samples.get(request.form.get("sample", "")) or abort(422)
    service = offer_sample(g.business, sample, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("%(name)s is on your list.", name=service.name), "good")
    return hx.go_to(url_for(".index"))


@bp.post("/<id:service_id>/position")
@needs_role("manager")
@retrying
def update_position(service_id: int) -> Response:
    """Move a service up or down under its heading."""
    service = load_service(service_id)
    direction = direction_of(request.form.get("move")) or abort(422)
    move_service(service, direction, by=actor(), now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".index"))


@bp.post("/<id:service_id>/retirement")
@needs_role("manager")
@retrying
def create_retirement(service_id: int) -> Response:
    """Put it away: nobody books it any more."""
    service = load_service(service_id)
    change_service(service, by=actor(), now=clock.now(), active=False)
    db.session.commit()
    flash(_("%(name)s is put away. What is booked stays booked.", name=service.name), "good")
    return hx.go_to(url_for(".index"))


@bp.post("/<id:service_id>/return")
@needs_role("manager")
@retrying
def create_return(service_id: int) -> Response:
    """Put it back."""
    service = load_service(service_id)
    try:
        put_back(service, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        flash(str(refusal.message), "bad")
        return hx.go_to(url_for(".index", shown="away"))
    db.session.commit()
    flash(_("%(name)s is back on your list.", name=service.name), "good")
    return hx.go_to(url_for(".edit", service_id=service.id))


@bp.post("/<id:service_id>/copies")
@needs_role("manager")
@retrying
def create_copy(service_id: int) -> Response:
    """Copy a service with all it takes and asks; customers do not see it yet."""
    copy = copy_service(g.business, load_service(service_id), by=actor(), now=clock.now())
    db.session.commit()
    flash(_("This is the copy. Customers see it once you let them book it."), "good")
    return hx.go_to(url_for(".edit", service_id=copy.id))


def load_service(service_id: int) -> Service:
    """A service of this business, or there is no such page."""
    return find_service(g.business.id, service_id) or abort(404)
