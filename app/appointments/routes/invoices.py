"""Invoices and credit notes of a visit as PDF: for members, and for its customer by the link they have."""

import uuid

from flask import Response, abort, g

from app.appointments.billing import VISIT
from app.appointments.routes import appointments, bookings
from app.core.tries import tries
from app.payments.finding import find_issued
from app.payments.papers import paper_of

# A paper takes as long to draw as many pages.
_DRAWN = "20/minute"


@appointments.bp.get("/bookings/<id:booking_id>/invoices/<uuid:invoice>.pdf")
def show_invoice(booking_id: int, invoice: uuid.UUID) -> Response:
    """One of a booking in an appointment this member may open."""
    booking, _appointment = appointments.load_booking(booking_id)
    return _paper(booking.visit, invoice)


@bookings.bp.get("/bookings/<token>/invoices/<uuid:invoice>.pdf")
def show_invoice_of_visit(token: str, invoice: uuid.UUID) -> Response:
    """One of the visit of a link."""
    visit = bookings.load_visit(token).first.visit
    tries.count(_DRAWN, "papers", str(g.business.id), str(visit))
    return _paper(visit, invoice)


def _paper(visit: uuid.UUID, uid: uuid.UUID) -> Response:
    found = find_issued(g.business.id, VISIT, visit, uid) or abort(404)
    response = Response(paper_of(found), content_type="application/pdf")
    name = f"{g.business.slug}-{found.uid}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
