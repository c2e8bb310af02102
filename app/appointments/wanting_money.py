"""Whether a message about the money of a visit is still wanted: asked in the transaction in which it is claimed."""

from flask_babel import gettext as _
from sqlalchemy import exists, select

from app.appointments.billing import VISIT
from app.appointments.models import WAITED_FOR, Booking
from app.appointments.notices import owners_of
from app.appointments.subjects import bookings_about
from app.appointments.wanting import why_not_given_up, why_not_known
from app.core.db import db
from app.notifications.kinds import Reason
from app.notifications.models import Notification
from app.payments.models import Invoice, Payment, Refund


def why_not_due(row: Notification) -> Reason | None:
    """Why a customer need not be asked any more to pay for what was accepted."""
    return _why_not_waiting(row)


def why_not_failed(row: Notification) -> Reason | None:
    """Why nobody need be asked any more to try again: also where their bank is at work, or they are."""
    reason = _why_not_waiting(row)
    if reason is None and _is_paying(row):
        return _("Another payment is under way.")
    return reason


def why_not_lapsed(row: Notification) -> Reason | None:
    """Why a customer need not read any more that their time is free again."""
    bookings = bookings_about(row)
    parts = row.payload.get("parts", ())
    reason = why_not_known(row, bookings)
    if reason is None and not any(it.id in parts and it.status == "expired" for it in bookings):
        return _("The booking stands again.")
    return reason


def why_not_missed(row: Notification) -> Reason | None:
    """Why a member need not read that any more."""
    return why_not_given_up(row)


def why_not_receipt(row: Notification) -> Reason | None:
    """Why a customer need not read any more what they have paid."""
    payment = db.session.get(Payment, (row.business_id, row.payload.get("payment", 0)))
    reason = why_not_known(row, bookings_about(row))
    if reason is None and (payment is None or not payment.received_cents):
        return _("Nothing was paid.")
    return reason


def why_not_returned(row: Notification) -> Reason | None:
    """Why a customer need not read any more that money goes back."""
    reason = why_not_known(row, bookings_about(row))
    rows = select(Refund.id).where(
        Refund.business_id == row.business_id,
        Refund.id.in_(row.payload.get("refunds", ())),
        Refund.status != "failed",
    )
    if reason is None and not db.session.scalars(rows).all():
        return _("The money could not be sent back.")
    return reason


def why_not_late(row: Notification) -> Reason | None:
    """Why a customer need not read any more that they have paid too late: something of the visit is to be after all."""
    bookings = bookings_about(row)
    reason = why_not_known(row, bookings)
    if reason is None and any(it.status in WAITED_FOR for it in bookings):
        return _("The booking stands again.")
    return reason


def why_not_review(row: Notification) -> Reason | None:
    """Why an owner need not look at a payment any more."""
    payment = db.session.get(Payment, (row.business_id, row.payload.get("payment", 0)))
    if payment is None or payment.status != "needs_review":
        return _("Somebody has looked at the payment already.")
    return _why_not_owner(row)


def why_not_stuck(row: Notification) -> Reason | None:
    """Why an owner need not look after a refund any more."""
    refund = db.session.get(Refund, (row.business_id, row.payload.get("refund", 0)))
    if refund is None or refund.status != "failed":
        return _("The money went back after all.")
    return _why_not_owner(row)


def _why_not_waiting(row: Notification) -> Reason | None:
    bookings = bookings_about(row)
    reason = why_not_known(row, bookings)
    hold = row.payload.get("hold")
    if reason is None and not any(it.status == "pending_payment" and it.hold_id == hold for it in bookings):
        return _("It does not wait for a payment any more.")
    return reason


def _is_paying(row: Notification) -> bool:
    """Whether there is a payment that was begun after the one this is about, or one a bank is at work on."""
    visit = select(Booking.visit).where(Booking.business_id == row.business_id, Booking.id == row.subject_id)
    newer = Payment.status.in_(("created", "requires_action")) & (Payment.id > row.payload.get("payment", 0))
    under_way = exists().where(
        Invoice.business_id == row.business_id,
        Invoice.subject_kind == VISIT,
        Invoice.subject_uid == visit.scalar_subquery(),
        Payment.business_id == Invoice.business_id,
        Payment.invoice_id == Invoice.id,
        (Payment.status == "processing") | newer,
    )
    return bool(db.session.scalar(select(under_way)))


def _why_not_owner(row: Notification) -> Reason | None:
    if all(it.id != row.user_id for it in owners_of(row.business_id or 0)):
        return _("Whoever it was for is no owner any more.")
    return None
