"""What the clock asks for about orders."""

from app.appointments.jobs import AT_ONCE, in_turn
from app.core import clock
from app.core.db import db
from app.orders.settling import businesses_with_lapsing, let_lapse


def let_orders_lapse() -> int:
    """End what nobody has paid for in time; how many orders."""
    now = clock.now()
    due = businesses_with_lapsing(now)
    db.session.commit()
    return in_turn("let orders lapse", due, lambda business_id: let_lapse(business_id, now, AT_ONCE))
