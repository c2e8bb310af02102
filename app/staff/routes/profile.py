"""What somebody who works here says about themselves."""

from flask import Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.auth.guards import actor
from app.business_hours.weekly import rota_of
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.files import takes_files
from app.core.pictures import Picture
from app.schedule.wall_clock import local_date
from app.staff.forms import ProfileForm
from app.staff.models import StaffMember
from app.staff.profile import change_photo, change_profile
from app.staff.roster import Person
from app.staff.routes.room import bp, load, load_row


@bp.get("/<id:resource_id>/profile")
def edit_profile(resource_id: int) -> Response:
    """Their own page."""
    person = _load_own(resource_id)
    return _page(ProfileForm(person), person)


@bp.post("/<id:resource_id>/profile")
@takes_files
@retrying
def update_profile(resource_id: int) -> Response:
    """Their own words and photo; everything else is up to those who run the business."""
    person = _load_own(resource_id)
    form = ProfileForm(person)
    if not form.validate():
        return _page(form, person, 422)
    try:
        _change(form, form.photo.drawn("person"), load_row(resource_id))
    except DomainError as refusal:
        undo()
        return _page(form.refuse(refusal), person, refusal.status)
    db.session.commit()
    flash(_("Saved."), "good")
    return hx.go_to(url_for(".edit_profile", resource_id=resource_id))


def _change(form: ProfileForm, photo: Picture | None, row: StaffMember) -> None:
    """Their text and photo. Raises NoRoomForPictures."""
    by, now = actor(), clock.now()
    change_photo(row, photo, remove=form.remove_photo.data, by=by, now=now)
    change_profile(row, by=by, now=now, about=form.about.data)


def _load_own(resource_id: int) -> Person:
    """The person who is signed in; 403 for somebody else of this business."""
    person = load(resource_id)
    if person.user_id != current_user.id:
        abort(403)
    return person


def _page(form: ProfileForm, person: Person, status: int = 200) -> Response:
    rota = rota_of(g.business.id, person.id) or rota_of(g.business.id) or [{}]
    today = local_date(clock.now(), g.business.zone)
    page = render_template("staff/profile.html", form=form, person=person, rota=rota, today=today)
    return make_response(page, status)
