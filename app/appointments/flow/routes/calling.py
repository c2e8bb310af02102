"""Whoever cannot book by themselves is asked to call."""

from flask import Response, g, make_response, render_template

from app.appointments.expiring import give_up
from app.appointments.models import Booking
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.customers.blocking import CallUs


def call_us(booking: Booking, refused: DomainError) -> Response | None:
    """The page that asks for a call, where that is why a booking was refused; what it held is let go for others."""
    if not isinstance(refused, CallUs):
        return None
    give_up(g.business, booking, clock.now())
    db.session.commit()
    return make_response(render_template("appointments/flow/call.html", refusal=refused), refused.status)
