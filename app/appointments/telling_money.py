"""Who is told what about the money of a visit: planned in the transaction of what happened to it, once each."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from app.appointments.agreeing import was_asked_for
from app.appointments.billing import VISIT
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking, Hold
from app.appointments.reaching import key_of, to_customer, to_members, to_owners, whole_key
from app.appointments.subjects import first_of
from app.appointments.telling import tell_answered
from app.businesses.models import Business
from app.core.actor import SYSTEM
from app.core.db import db
from app.notifications.planning import Message, call_off, is_planned, plan, unsent
from app.payments.models import Invoice, Payment, Refund
from app.payments.news import (
    payment_broken_off,
    payment_in_doubt,
    payment_received,
    refund_failed,
    refund_sent,
)

PAYMENT = "payment"
# Whoever was declined may be typing the number of another card; and refunds of one cancellation are one message.
TRIES_AGAIN_WITHIN = timedelta(minutes=5)
GATHERED_FOR = timedelta(minutes=1)
# A receipt and what goes back are of use for a while; what an owner has to look after, for longer.
KEEPS = timedelta(days=7)
OWNERS_KEEP = timedelta(days=30)
# Money that changed hands over the counter needs no mail.
AT_THE_COUNTER = ("cash", "card")


def tell_to_pay(business: Business, bookings: Sequence[Booking], ticket: Hold, *, now: datetime) -> None:
    """That a request was accepted and its place is kept until it is paid: to the customer, once for each ticket."""
    key = key_of(bookings, f"pay:h{ticket.id}")
    plan(_to_payer(business, bookings, "due", key, {"hold": ticket.id}, until=ticket.expires_at), now)


def tell_lapsed(business: Business, unpaid: Iterable[Booking], *, now: datetime) -> None:
    """That nobody has paid for what was accepted, and its time is free again: to the customer and to members.

    Whoever booked by themselves has seen until when they had to pay, and is told nothing. Call it once it has expired.
    """
    in_order = sorted(unpaid, key=lambda it: (str(it.visit), it.id))
    for visit, gone in groupby(in_order, key=lambda it: it.visit):
        parts = [it.id for it in gone]
        bookings = bookings_of_visit(business.id, visit)
        if not was_asked_for(bookings):
            continue
        _call_off(bookings, ("payment_due", "payment_failed"), _("The time to pay is over."))
        ends = max(it.appointment.ends_at for it in bookings)
        what = f"lapsed:{'.'.join(map(str, parts))}:{now:%Y%m%d%H%M}"
        messages = _to_payer(
            business, bookings, "lapsed", key_of(bookings, what), {"parts": parts}, until=ends
        )
        messages += to_members(business, bookings, "payment_missed", what, SYSTEM, {"parts": parts})
        plan(messages, now)


def tell_confirmed_unpaid(business: Business, bookings: Sequence[Booking], *, now: datetime) -> None:
    """That a visit is booked without having been paid first: to the customer, as soon as all of it is answered."""
    _call_off(bookings, ("payment_due", "payment_failed"), _("It is booked without being paid first."))
    tell_answered(business, bookings[0], now=now)


def tell_taken(business: Business, payment: Payment, *, now: datetime) -> None:
    """The receipt of what a member took at the shop, because the customer wants one."""
    invoice = db.session.get_one(Invoice, (business.id, payment.invoice_id))
    _receipt(business, invoice, payment, now)


def tell_late(
    business: Business, bookings: Sequence[Booking], refunds: Iterable[Refund], now: datetime
) -> None:
    """That what was paid came after the place was given back, and goes back too: to the customer."""
    those = list(refunds)
    if bookings and those:
        key, about = _late_key(bookings, those[0]), {"refunds": [it.id for it in those]}
        plan(_to_payer(business, bookings, "late", key, about, until=now + KEEPS), now)


@payment_received.connect
def _tell_received(business: Business, invoice: Invoice, payment: Payment, now: datetime) -> None:
    """A card was charged. Where all of it goes back at once, `tell_late` says so."""
    if invoice.subject_kind == VISIT and invoice.void_at is None:
        _receipt(business, invoice, payment, now)


@payment_broken_off.connect
def _tell_broken_off(business: Business, invoice: Invoice, payment: Payment, now: datetime) -> None:
    """A card was declined, or somebody went away, while the place is still kept: one message for each ticket."""
    bookings = _bookings(business, invoice)
    waiting = [it for it in bookings if it.status == "pending_payment"]
    if not waiting or any(it.status == "requested" for it in bookings):
        return
    ticket = db.session.get_one(Hold, (business.id, waiting[0].hold_id))
    later = now + TRIES_AGAIN_WITHIN
    _tell_failed(business, bookings, ticket, payment, now, f"payment_failed:h{ticket.id}", later)


def tell_came_to_nothing(
    business: Business, bookings: Sequence[Booking], ticket: Hold, payment: Payment, now: datetime
) -> None:
    """That a payment which took its time did not come in: at once, as whoever made it has long gone away."""
    _tell_failed(business, bookings, ticket, payment, now, f"payment_failed:h{ticket.id}:p{payment.id}", now)


@payment_in_doubt.connect
def _tell_in_doubt(business: Business, invoice: Invoice, payment: Payment, now: datetime) -> None:
    """Something about a payment is not as it should be: to the owners."""
    bookings = _bookings(business, invoice)
    what, about = f"review:p{payment.id}", {"payment": payment.id}
    if bookings:
        plan(to_owners(business, bookings, "payment_review", what, about, now + OWNERS_KEEP), now)


@refund_sent.connect
def _tell_sent(business: Business, invoice: Invoice, payment: Payment, refund: Refund, now: datetime) -> None:
    """Money is on its way back: to the customer, of several refunds in a row in one message."""
    bookings = _bookings(business, invoice)
    if not bookings or payment.method in AT_THE_COUNTER or _is_told_late(business, bookings, refund):
        return
    for row in unsent(business.id, "booking", [first_of(bookings).id], ("payment_returned",)):
        row.payload = row.payload | {"refunds": sorted({*row.payload.get("refunds", ()), refund.id})}
        return
    key, about = key_of(bookings, f"returned:r{refund.id}"), {"refunds": [refund.id]}
    soon = now + GATHERED_FOR
    plan(_to_payer(business, bookings, "returned", key, about, until=now + KEEPS, send_at=soon), now)


@refund_failed.connect
def _tell_not_sent(
    business: Business, invoice: Invoice, payment: Payment, refund: Refund, now: datetime
) -> None:
    """What was to go back did not, or came back: to the owners."""
    bookings = _bookings(business, invoice)
    what, about = f"refund_failed:r{refund.id}", {"refund": refund.id, "payment": payment.id}
    if bookings:
        plan(to_owners(business, bookings, "payment_stuck", what, about, now + OWNERS_KEEP), now)


def _tell_failed(
    business: Business,
    bookings: Sequence[Booking],
    ticket: Hold,
    payment: Payment,
    now: datetime,
    what: str,
    send_at: datetime,
) -> None:
    key, about = key_of(bookings, what), {"hold": ticket.id, "payment": payment.id}
    until = ticket.expires_at
    plan(_to_payer(business, bookings, "failed", key, about, until=until, send_at=send_at), now)


def _receipt(business: Business, invoice: Invoice, payment: Payment, now: datetime) -> None:
    bookings = _bookings(business, invoice)
    if not bookings:
        return
    _call_off(bookings, ("payment_failed",), _("It was paid meanwhile."))
    key, about = key_of(bookings, f"receipt:p{payment.id}"), {"payment": payment.id}
    plan(_to_payer(business, bookings, "receipt", key, about, until=now + KEEPS), now)


def _is_told_late(business: Business, bookings: Sequence[Booking], refund: Refund) -> bool:
    """Whether a customer hears already, by `tell_late`, that this goes back."""
    return refund.cause == "late" and any(
        is_planned(whole_key(business.id, _late_key(bookings, refund), channel))
        for channel in ("email", "sms")
    )


def _late_key(bookings: Sequence[Booking], refund: Refund) -> str:
    """All that goes back for one reason is one message, of however many payments it is."""
    return key_of(bookings, f"late:{refund.dedupe_key.rpartition('/')[0]}")


def _to_payer(
    business: Business,
    bookings: Sequence[Booking],
    what: str,
    key: str,
    payload: dict[str, Any],
    *,
    until: datetime,
    send_at: datetime | None = None,
) -> list[Message]:
    return to_customer(business, bookings, what, key, payload, until=until, about=PAYMENT, send_at=send_at)


def _bookings(business: Business, invoice: Invoice) -> list[Booking]:
    """What an invoice is for, where that has a customer; nothing for what is no visit."""
    if invoice.subject_kind != VISIT:
        return []
    return [it for it in bookings_of_visit(business.id, invoice.subject_uid) if it.customer_id]


def _call_off(bookings: Sequence[Booking], kinds: Sequence[str], reason: str) -> None:
    """Say nothing any more of what is about to be said and does not hold."""
    first = first_of(bookings)
    whole = bookings_of_visit(first.business_id, first.visit)
    call_off(unsent(first.business_id, "booking", [first_of(whole).id], kinds), reason)
