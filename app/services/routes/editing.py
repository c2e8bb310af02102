"""The form of one service."""

from flask import Response, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.appointments.designing import create_service, redesign
from app.appointments.impact.around import Around
from app.appointments.upcoming import count_expected
from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.files import takes_files
from app.impact_page import with_impact
from app.services.forms.design import ServiceForm
from app.services.models import Service
from app.services.routes import bp
from app.services.routes.listing import load_service


@bp.get("/new")
@needs_role("manager")
def new() -> Response:
    """An empty form; `?kind=class` asks for one of a class."""
    kind = "class" if request.args.get("kind") == "class" else "visit"
    return _page(ServiceForm(g.business, kind=kind))


@bp.post("")
@needs_role("manager")
@takes_files
@retrying
def create() -> Response:
    """Add a service and go on to the list, or to the times of a class."""
    form = ServiceForm(g.business)
    if not form.validate():
        return _page(form, status=422)
    try:
        service = create_service(g.business, form.design, by=actor(), now=clock.now())
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), status=refusal.status)
    db.session.commit()
    flash(_("%(name)s is on your list.", name=service.name), "good")
    return hx.go_to(_next(service))


@bp.get("/<id:service_id>")
@needs_role("manager")
def edit(service_id: int) -> Response:
    """A service with everything that can be said about it."""
    service = load_service(service_id)
    return _page(ServiceForm(g.business, service), service)


@bp.post("/<id:service_id>")
@needs_role("manager")
@takes_files
@retrying
def update(service_id: int) -> Response:
    """Keep what was changed, and say which dates ahead are too full by it."""
    service = load_service(service_id)
    form = ServiceForm(g.business, service)
    if not form.validate():
        return _page(form, service, status=422)
    try:
        resized = with_impact(
            lambda: redesign(g.business, service, form.design, by=actor(), now=clock.now()),
            Around(service_id=service_id),
        )
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), service, status=refusal.status)
    # Counted again: people may have left them by what was decided.
    crowded = sum(it.overbooked for it in resized)
    db.session.commit()
    _tell(service, crowded)
    return hx.go_to(url_for(".edit", service_id=service.id))


def _next(service: Service) -> str:
    """Where to go on: a class needs its times."""
    if service.capacity > 1:
        return url_for("timetable.index", service_id=service.id)
    return url_for(".index")


def _tell(service: Service, crowded: int) -> None:
    """What became of it, and which dates need a look."""
    flash(_("%(name)s is saved.", name=service.name), "good")
    if crowded:
        flash(
            ngettext(
                "%(num)d date ahead has more people in it than places now.",
                "%(num)d dates ahead have more people in them than places now.",
                crowded,
            ),
            "warning",
        )


def _page(form: ServiceForm, service: Service | None = None, status: int = 200) -> Response:
    ahead = count_expected(g.business.id, service.id, clock.now()) if service else 0
    page = render_template("services/edit.html", form=form, service=service, ahead=ahead)
    return make_response(page, status)
