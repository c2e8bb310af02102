"""The page of a customer."""

from flask import Response, g, make_response, render_template, request
from flask_login import current_user

from app.appointments.acquaintance import appointments_known_to
from app.appointments.customer_history import history_of
from app.appointments.statuses import WORDS
from app.core import clock
from app.customers.forms import FindForm, NoteForm, TagForm
from app.customers.models import Customer
from app.customers.noting import notes_about
from app.customers.routes.room import bp, load, sees_all
from app.customers.tagging import tags_in_use
from app.notifications.listing import messages_to
from app.payments.standing import standing_of


@bp.get("/<id:customer_id>")
def show(customer_id: int) -> Response:
    """Who somebody is, what they have booked and what was. Staff see what is theirs of it."""
    return profile_page(load(customer_id))


def profile_page(customer: Customer, *, note_form: NoteForm | None = None, status: int = 200) -> Response:
    """The page, with a note as it was typed where that was refused."""
    number = FindForm(request.args).number
    removed = request.args.get("removed", "")
    page = render_template(
        "customers/show.html",
        customer=customer,
        history=history_of(
            g.business.id, customer.id, clock.now(), number, appointments_known_to(g.membership)
        ),
        words=WORDS,
        sees_all=sees_all(),
        me=current_user.id,
        messages=messages_to(g.business.id, customer.id) if sees_all() else [],
        standing=standing_of(g.business.id, customer.id) if sees_all() else [],
        notes=notes_about(g.business.id, customer.id),
        note_form=note_form or NoteForm(formdata=None),
        tag_form=TagForm(formdata=None),
        known_tags=[it for it, _count in tags_in_use(g.business.id)],
        removed=int(removed) if removed.isascii() and removed.isdigit() and len(removed) < 19 else None,
    )
    return make_response(page, status)
