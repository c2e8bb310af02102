"""What was agreed about money when something was booked. Nothing here asks the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.appointments.models import Booking
from app.core.card_amounts import askable
from app.payments.refund_steps import ALL
from app.payments.terms import Terms


def agreed(booking: Booking) -> Terms:
    """The terms a booking was made with; nothing is due first, and nothing goes back, where nothing was kept."""
    kept = (booking.policy or {}).get("payment")
    return Terms.read(kept) if kept else Terms()


def due_first(bookings: Iterable[Booking], paid: int = 0, cost: Mapping[int, int] | None = None) -> int:
    """What of a visit has to be paid online before it counts, when so much is paid (minor units) already.

    Nothing where that is too little to be asked for. `cost` is what its bookings (by id) will cost instead.
    """
    due, currency = -paid, ""
    for it in bookings:
        total = it.total_cents if cost is None else cost[it.id]
        due, currency = due + agreed(it).due_first(total, it.places), it.currency
    return askable(due, currency) if due > 0 else 0


def was_asked_for(bookings: Iterable[Booking]) -> bool:
    """Whether any of it was a request: then a member decided on it, and its customer was not there."""
    return any((it.policy or {}).get("approval") for it in bookings)


def counted_from(bookings: Iterable[Booking]) -> datetime:
    """From when it is counted how early a visit is given up: its start, or the one it was moved from too late."""
    return min(min(it.appointment.starts_at, it.refund_from or it.appointment.starts_at) for it in bookings)


def shares_back(visit: Sequence[Booking], those: Iterable[Booking], now: datetime) -> dict[int, int]:
    """Which share (hundredths of a percent) of what was paid for each of those goes back when they are cancelled now.

    `visit` is what was left of it until then. All of it, as long as nobody had agreed.
    """
    start = counted_from(visit)
    return {it.id: agreed(it).share_back(start, now) if it.confirmed_at else ALL for it in those}


def remember_start(bookings: Sequence[Booking], now: datetime) -> None:
    """Before its customer moves a visit: keep its start, where not everything would go back any more."""
    start = counted_from(bookings)
    for booking in bookings:
        if booking.confirmed_at and agreed(booking).share_back(start, now) < ALL:
            booking.refund_from = start
