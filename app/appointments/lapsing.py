"""Bookings that were not paid for in time: nothing is owed for them, and nobody is to pay any more."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from app.appointments.billing import VISIT
from app.appointments.companions import tell_companions
from app.appointments.finding import bookings_of_visit
from app.businesses.finding import load_business
from app.core.actor import SYSTEM
from app.payments.calling_off import call_off
from app.payments.owing import Subject, invoice_of
from app.payments.refunding import give_back


def let_lapse(business_id: int, visits: Iterable[UUID], now: datetime) -> None:
    """Owe nothing for those of these visits of which nothing is left; call off what might still be paid for them.

    What was paid of it, and was not enough, goes back. Whoever has paid all the same is booked again, or paid back
    (`paying`). Under the schedule lock.
    """
    for visit in sorted(set(visits)):
        invoice = invoice_of(business_id, Subject(VISIT, visit))
        if invoice is None or any(it.live for it in bookings_of_visit(business_id, visit)):
            continue
        business = load_business(business_id)
        invoice.void_at = invoice.void_at or now
        call_off(invoice, now)
        if invoice.kept_cents:
            give_back(
                business,
                invoice,
                invoice.kept_cents,
                cause="late",
                key=f"lapsed/{invoice.id}/{invoice.paid_cents}",
                by=SYSTEM,
                now=now,
                reason=_("What was due first was not paid in time."),
            )
        tell_companions(business, [visit], now)
