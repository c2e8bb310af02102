"""The page of a customer."""

from flask import Response, g, make_response, render_template, request

from app.appointments.acquaintance import appointments_with
from app.appointments.customer_history import history_of
from app.appointments.statuses import WORDS
from app.core import clock
from app.customers.forms import FindForm
from app.customers.routes.room import bp, load, sees_all
from app.notifications.listing import messages_to


@bp.get("/<id:customer_id>")
def show(customer_id: int) -> Response:
    """Who somebody is, what they have booked and what was. Staff see what is theirs of it."""
    customer = load(customer_id)
    own = None if sees_all() else appointments_with(g.membership)
    number = FindForm(request.args).number
    history = history_of(g.business.id, customer_id, clock.now(), number, own)
    messages = messages_to(g.business.id, customer_id) if sees_all() else []
    page = render_template(
        "customers/show.html",
        customer=customer,
        history=history,
        words=WORDS,
        sees_all=sees_all(),
        messages=messages,
    )
    return make_response(page)
