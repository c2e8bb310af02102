"""What was paid for what a change touches, and would go back."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from app.appointments.billing import VISIT
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking
from app.appointments.paying_back import would_go_back
from app.businesses.models import Business
from app.core.db import db
from app.payments.models import Invoice


def paid_by_visit(business: Business, bookings: Sequence[Booking], now: datetime) -> dict[int, int]:
    """What of each booking goes back when the business cancels it (minor units), by id: all that was paid.

    One statement, and some for each visit that was paid.
    """
    visits = {it.visit for it in bookings}
    invoices = select(Invoice.subject_uid).where(
        Invoice.business_id == business.id,
        Invoice.subject_kind == VISIT,
        Invoice.subject_uid.in_(visits),
        Invoice.kind == "invoice",
        Invoice.paid_cents > Invoice.refunded_cents,
    )
    paid = set(db.session.scalars(invoices))
    found: dict[int, int] = {}
    for visit, those in groupby(sorted(bookings, key=lambda it: it.visit), key=lambda it: it.visit):
        if visit not in paid:
            continue
        back = would_go_back(
            business, bookings_of_visit(business.id, visit), list(those), now, by_terms=False
        )
        found |= {number: it.back for number, it in back.parts.items()} if back else {}
    return found
