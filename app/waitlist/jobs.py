"""What the clock asks for about the waitlist."""

from sqlalchemy import select

from app.appointments.jobs import in_turn
from app.businesses.finding import load_business
from app.core import clock
from app.core.db import db
from app.waitlist.line import WAITS
from app.waitlist.models import WaitlistEntry
from app.waitlist.passing import pass_on, what_is_due


def pass_places_on() -> int:
    """Offer what came free without an act of its own: by new hours, new days in the window, somebody's return.

    How many offers. Only where anything is due a business is locked, and then only those days are looked at.
    """
    now = clock.now()
    waiting = select(WaitlistEntry.business_id).where(WaitlistEntry.status.in_(WAITS)).distinct()
    due = {it: what_is_due(load_business(it), now) for it in sorted(db.session.scalars(waiting).all())}
    db.session.commit()
    return in_turn(
        "pass places on",
        [business_id for business_id, around in due.items() if around],
        lambda it: pass_on(load_business(it), now=now, around=due[it]),
    )
