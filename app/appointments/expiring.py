"""Holds nobody finished: their places go back, by whoever comes first, a booker in need or the clock."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from app.appointments.models import Booking, Hold
from app.appointments.settling import settle
from app.core.db import db


def expire_dead_holds(business_id: int, now: datetime) -> int:
    """Let go of every hold of the business that ran out by `now` (UTC); how many. Under the schedule lock."""
    dead = select(Hold.id).where(Hold.business_id == business_id, Hold.expires_at <= now).order_by(Hold.id)
    ids = db.session.scalars(dead).all()
    let_go(business_id, ids)
    return len(ids)


def let_go(business_id: int, hold_ids: Sequence[int]) -> None:
    """Expire these holds' bookings and give their time back. Under the schedule lock."""
    if not hold_ids:
        return
    of_holds = (Booking.business_id == business_id, Booking.hold_id.in_(hold_ids))
    freed = db.session.scalars(
        update(Booking)
        .where(*of_holds)
        .values(status="expired", hold_id=None)
        .returning(Booking.appointment_id)
        .execution_options(synchronize_session=False)
    ).all()
    settle(business_id, *freed)
    db.session.execute(delete(Hold).where(Hold.business_id == business_id, Hold.id.in_(hold_ids)))
