"""The list of people, and a form for each."""

from flask import Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.appointments.impact.around import Around
from app.appointments.upcoming import bookings_ahead
from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.files import takes_files
from app.core.ordering import direction_of
from app.core.pictures import Picture
from app.impact_page import with_impact
from app.schedule.business_days import business_day
from app.schedule.keeping import change_resource, check_room_for_more, find_resource
from app.schedule.presence import present_on
from app.staff.forms import PersonForm
from app.staff.hiring import hire
from app.staff.models import StaffMember
from app.staff.ordering import move_person
from app.staff.profile import change_photo, change_profile, choose_services
from app.staff.roster import Person, people, rarest_colour, services_of
from app.staff.routes.room import bp, load, load_row


@bp.get("")
def index() -> Response:
    """Everybody who works here, with today's hours."""
    team = people(g.business.id, active=True)
    today = business_day(g.business, clock.now())
    hours = present_on(g.business, [it.id for it in team], today)
    answer = render_template("staff/index.html", team=team, hours=hours, may_change=_may_change())
    return make_response(answer)


@bp.get("/former")
@needs_role("manager")
def index_former() -> Response:
    """Those who once did."""
    return make_response(render_template("staff/former.html", team=people(g.business.id, active=False)))


@bp.get("/new")
@needs_role("manager")
def new() -> Response:
    """A form for somebody new, in a colour nobody has yet."""
    colour = rarest_colour(people(g.business.id, active=True))
    return _page(PersonForm(services_of(g.business.id), colour=colour))


@bp.post("")
@needs_role("manager")
@takes_files
@retrying
def create() -> Response:
    """Somebody new."""
    form = PersonForm(services_of(g.business.id))
    if not form.validate():
        return _page(form, status=422)
    try:
        person = _hire(form, form.photo.drawn("person"))
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), status=refusal.status)
    db.session.commit()
    flash(_("%(name)s is on the team.", name=form.name.data), "good")
    return hx.go_to(url_for(".edit", resource_id=person.resource_id))


@bp.get("/<id:resource_id>")
@needs_role("manager")
def edit(resource_id: int) -> Response:
    """Everything about somebody."""
    person = load(resource_id)
    return _page(PersonForm(services_of(g.business.id, resource_id), person), person)


@bp.post("/<id:resource_id>")
@needs_role("manager")
@takes_files
@retrying
def update(resource_id: int) -> Response:
    """Change it. What is booked keeps the name it was booked with."""
    person = load(resource_id)
    form = PersonForm(services_of(g.business.id, resource_id), person)
    if not form.validate():
        return _page(form, person, 422)
    try:
        with_impact(
            lambda: _change(form, form.photo.drawn("person"), load_row(resource_id)),
            Around(resource_id),
        )
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), person, refusal.status)
    db.session.commit()
    flash(_("Saved."), "good")
    return hx.go_to(url_for(".edit", resource_id=resource_id))


@bp.post("/<id:resource_id>/position")
@needs_role("manager")
@retrying
def update_position(resource_id: int) -> Response:
    """One place up or down the list."""
    person = load_row(resource_id)
    direction = direction_of(request.form.get("move")) or abort(422)
    move_person(person, direction, by=actor(), now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".index"))


def _hire(form: PersonForm, photo: Picture | None) -> StaffMember:
    """Somebody with all the form says. Raises TooMany or NoRoomForPictures."""
    check_room_for_more(g.business.id, "staff")
    name, by, now = str(form.name.data), actor(), clock.now()
    person = hire(g.business.id, name, by=by, now=now, **form.profile)
    _change(form, photo, person)
    return person


def _change(form: PersonForm, photo: Picture | None, person: StaffMember) -> None:
    """All the form says. What the schedule is locked for comes first, as everywhere."""
    by, now = actor(), clock.now()
    resource = find_resource(g.business.id, person.resource_id, "staff")
    assert resource
    limits = {"name": form.name.data, "daily_limit": form.daily_limit.data}
    change_resource(resource, by=by, now=now, **limits)
    choose_services(person, form.services.data or (), by=by, now=now)
    change_photo(person, photo, remove=form.remove_photo.data, by=by, now=now)
    change_profile(person, by=by, now=now, **form.profile)


def _page(form: PersonForm, person: Person | None = None, status: int = 200) -> Response:
    left = (
        bookings_ahead(g.business.id, person.id, since=clock.now()) if person and not person.active else None
    )
    return make_response(render_template("staff/form.html", form=form, person=person, ahead=left), status)


def _may_change() -> bool:
    return bool(g.membership.is_at_least("manager"))
