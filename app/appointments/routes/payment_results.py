"""Where people come back to from Stripe, and wait until it is known whether they have paid.

In a frame two words of the address say more: `books`, that the visit counts once it is paid, and `elsewhere`, that
they pay in a window of its own while this page waits.
"""

from flask import Response, g

from app.appointments.payable import kept_for, payable
from app.appointments.routes.bookings import bp, load_visit
from app.core import clock
from app.online_payment import is_new_in_frame, result_page


@bp.get("/bookings/<token>/payment/result")
def show_payment(token: str) -> Response:
    """It believes nothing that people bring: it lets Stripe be asked, and looks."""
    receipt = load_visit(token)
    until, seconds = kept_for(receipt, clock.now())
    return result_page(
        "bookings",
        token,
        payable(g.business, receipt),
        is_counted=receipt.status != "pending_payment",
        news="booked" if is_new_in_frame() and receipt.status == "confirmed" else None,
        receipt=receipt,
        until=until,
        seconds=seconds,
        zone=receipt.first.zone,
    )
