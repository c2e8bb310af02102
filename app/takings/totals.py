"""The sums of a period without each of its payments in hand: four statements, and years take no longer to add up."""

from typing import Any

from sqlalchemy import Date, and_, cast, func, select, tuple_, union_all

from app.appointments.billing import BOOKING
from app.appointments.models import Booking
from app.businesses.models import Business
from app.core.db import db
from app.payments.finding import way_back
from app.payments.models import InvoiceLine, Payment, Refund
from app.schedule.periods import Period
from app.takings.entries import came_and_went, entries_of
from app.takings.summing import Sum, Takings, merged, takings_of

# Which of day, method, service and person a row is not grouped by, as bits.
_DAY, _METHOD, _SERVICE, _PERSON = 0b0111, 0b1011, 0b1101, 0b1110


def totals_of(business: Business, period: Period) -> Takings:
    """The same as `takings_of(entries_of(business, period))`.

    What was paid for one thing alone is added up by the database; what has to be divided, one after the other.
    """
    moved, whole = _moved(business, period), dict[int, list[Sum]]()
    alone = _alone(business.id, moved)
    for row in db.session.execute(_sums(business.zone, moved, alone)):
        keys = {_DAY: row.day, _METHOD: row.method, _SERVICE: row.service, _PERSON: row.person}
        whole.setdefault(row.kind, []).append(Sum(keys[row.kind], row.currency, int(row.came), int(row.went)))
    divided = takings_of(entries_of(business, period, Payment.invoice_id.not_in(select(alone.c.invoice_id))))
    return merged(_as_takings(whole), divided)


def _as_takings(whole: dict[int, list[Sum]]) -> Takings:
    methods = whole.get(_METHOD, [])
    in_all = [Sum(None, it.currency, it.came, it.went) for it in methods]
    rest = (whole.get(kind, []) for kind in (_DAY, _METHOD, _SERVICE, _PERSON))
    return Takings(in_all, *rest)


def _moved(business: Business, period: Period) -> Any:
    came, went = came_and_went(business, period)
    paid = (Payment.succeeded_at.label("at"), Payment.received_cents.label("cents"), Payment.method)
    back = (Refund.created_at.label("at"), (-Refund.amount_cents).label("cents"), way_back().label("method"))
    return union_all(
        *(
            it.with_only_columns(Payment.invoice_id, Payment.currency, *columns)
            for it, columns in ((came, paid), (went, back))
        )
    ).cte("moved")


def _alone(business_id: int, moved: Any) -> Any:
    """The invoices of one line that counts, and what it is for."""
    of_booking = and_(
        InvoiceLine.subject_kind == BOOKING,
        Booking.business_id == InvoiceLine.business_id,
        Booking.id == InvoiceLine.subject_id,
    )
    return (
        select(
            InvoiceLine.invoice_id,
            func.min(func.coalesce(Booking.service_name, InvoiceLine.label)).label("service"),
            func.min(Booking.performer_name).label("person"),
        )
        .outerjoin(Booking, of_booking)
        .where(
            InvoiceLine.business_id == business_id,
            InvoiceLine.kind != "discount",
            InvoiceLine.invoice_id.in_(select(moved.c.invoice_id)),
        )
        .group_by(InvoiceLine.invoice_id)
        .having(func.count() == 1)
        .cte("alone")
    )


def _sums(zone: str, moved: Any, alone: Any) -> Any:
    day = cast(func.timezone(zone, moved.c.at), Date).label("day")
    known = (
        select(day, moved.c.currency, moved.c.cents, moved.c.method, alone.c.service, alone.c.person)
        .join(alone, alone.c.invoice_id == moved.c.invoice_id)
        .cte("known")
        .c
    )
    keys = (known.day, known.method, known.service, known.person)
    return select(
        func.grouping(*keys).label("kind"),
        *keys,
        known.currency,
        func.coalesce(func.sum(known.cents).filter(known.cents > 0), 0).label("came"),
        func.coalesce(-func.sum(known.cents).filter(known.cents <= 0), 0).label("went"),
    ).group_by(func.grouping_sets(*(tuple_(key, known.currency) for key in keys)))
