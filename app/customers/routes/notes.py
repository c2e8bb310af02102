"""What members wrote down about a customer."""

from flask import Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.auth.guards import actor
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.customers.forms import NoteForm
from app.customers.models import Customer, CustomerNote
from app.customers.noting import find_note, remove_note, return_note, rewrite_note, write_note
from app.customers.routes.profiles import profile_page
from app.customers.routes.room import bp, load, sees_all


@bp.post("/<id:customer_id>/notes")
@retrying
def create_note(customer_id: int) -> Response:
    """Write something down."""
    customer = load(customer_id)
    form = NoteForm()
    if not form.validate():
        return profile_page(customer, note_form=form, status=422)
    note = write_note(customer, form.body.data or "", by=actor(), now=clock.now())
    db.session.commit()
    return _back_to(customer_id, note.id)


@bp.get("/<id:customer_id>/notes/<id:note_id>")
def edit_note(customer_id: int, note_id: int) -> Response:
    """A note of one's own, to say it in other words; managers change all."""
    customer = load(customer_id)
    note = _load_own(customer, note_id)
    return _page(customer, note, NoteForm(obj=note))


@bp.post("/<id:customer_id>/notes/<id:note_id>")
@retrying
def update_note(customer_id: int, note_id: int) -> Response:
    """Keep the other words."""
    customer = load(customer_id)
    note = _load_own(customer, note_id)
    form = NoteForm()
    if not form.validate():
        return _page(customer, note, form, 422)
    rewrite_note(note, form.body.data or "", by=actor(), now=clock.now())
    db.session.commit()
    return _back_to(customer_id, note_id)


@bp.post("/<id:customer_id>/notes/<id:note_id>/removal")
@retrying
def create_note_removal(customer_id: int, note_id: int) -> Response:
    """Take it away; it can be put back."""
    note = _load_own(load(customer_id), note_id)
    remove_note(note, by=actor(), now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".show", customer_id=customer_id, removed=note_id))


@bp.post("/<id:customer_id>/notes/<id:note_id>/return")
@retrying
def create_note_return(customer_id: int, note_id: int) -> Response:
    """Put a removed note back; managers do it for all."""
    try:
        return_note(load(customer_id), note_id, by=actor(), now=clock.now(), anybodys=sees_all())
    except DomainError as refusal:
        undo()
        flash(str(refusal.message), "bad")
    else:
        db.session.commit()
        flash(_("The note is back."), "good")
    return hx.go_to(url_for(".show", customer_id=customer_id, _anchor="notes"))


def _load_own(customer: Customer, note_id: int) -> CustomerNote:
    """A note this member may change; 404 for another customer's, 403 for a colleague's."""
    note = find_note(customer, note_id) or abort(404)
    if not sees_all() and note.author_id != current_user.id:
        abort(403)
    return note


def _back_to(customer_id: int, note_id: int) -> Response:
    """To the note on the page of the customer, which takes the focus there and so is read out."""
    return hx.go_to(url_for(".show", customer_id=customer_id, _anchor=f"note-{note_id}"))


def _page(customer: Customer, note: CustomerNote, form: NoteForm, status: int = 200) -> Response:
    page = render_template(
        "customers/note.html", customer=customer, note=note, form=form, business=g.business
    )
    return make_response(page, status)
