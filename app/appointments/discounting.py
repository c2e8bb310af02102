"""A code makes a visit cheaper, and goes back when nothing came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import exists, select

from app.appointments.billing import bill_of, subject_of
from app.appointments.models import GIVES_BACK, Booking
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.money import split
from app.customers.models import Customer
from app.payments.owing import invoice_of
from app.payments.redeeming import CodeRefused, Discount, give_coupon_back, judge, redeem, use_again


class DiscountChanged(CodeRefused):
    """A code takes off less than what was shown."""

    status = 409
    message = _("The code takes off less than it did a moment ago. Please look at the new price.")


class TypedCode(NamedTuple):
    """A code somebody typed, and what they were shown that it takes off (minor units), if they were."""

    code: str
    shown: int | None = None


def discount_on(business: Business, bookings: Sequence[Booking], code: str, now: datetime) -> Discount:
    """What a code would take off a visit that is not booked yet. Raises CodeRefused."""
    return judge(business, code, _full(bookings), now)


def take_off(
    business: Business,
    bookings: Sequence[Booking],
    typed: TypedCode,
    customer: Customer | None,
    *,
    now: datetime,
) -> None:
    """Use a code for a visit: its bookings cost less, and are on an invoice. Under the schedule lock.

    Raises CodeRefused, or DiscountChanged where it is less than what was shown; then the caller rolls back.
    """
    full = _full(bookings)
    discount = redeem(business, typed.code, subject_of(bookings[0]), customer, full, now)
    if typed.shown is not None and discount.amount < min(typed.shown, full):
        raise DiscountChanged
    spread(bookings, discount)
    bill_of(business, bookings, now)


def spread(bookings: Sequence[Booking], discount: Discount) -> None:
    """Write a discount down with the bookings of a visit, to each its share, and of each rate of tax its own line."""
    for booking, rate, share in _shares(bookings, discount):
        if share:
            line = {
                "label": discount.code,
                "kind": "discount",
                "quantity": 1,
                "amount": -share,
                "tax_bp": rate,
            }
            booking.price_lines = [*booking.price_lines, line]
            booking.total_cents -= share


def with_discount(bookings: Sequence[Booking], discount: Discount) -> dict[int, int]:
    """What each booking of a visit (by id) will cost with a discount that is not written down yet."""
    cost = {it.id: it.total_cents for it in bookings}
    for booking, _rate, share in _shares(bookings, discount):
        cost[booking.id] -= share
    return cost


def follow(booking: Booking, was: str, *, by: Actor, now: datetime) -> None:
    """Give the code of a visit back, or use it again, as a booking of it was given back or is to be after all.

    It goes back with the last booking of its visit, if nothing was paid, or if not the customer gave it up. Raises
    CodeGone for a visit that is to be again and was not paid, where others have used up its code.
    """
    if not booking.discount_cents or (was in GIVES_BACK) == (booking.status in GIVES_BACK):
        return
    subject = subject_of(booking)
    invoice = invoice_of(booking.business_id, subject)
    is_paid = invoice is not None and invoice.paid_cents > 0
    if booking.status not in GIVES_BACK:
        if not is_paid:
            use_again(booking.business_id, subject, now)
    elif not _is_left(booking) and not (is_paid and by.kind in ("customer", "visitor")):
        give_coupon_back(booking.business_id, subject, now)
    if invoice is not None and invoice.number is None and not is_paid:
        invoice.void_at = None if _is_left(booking) or booking.status not in GIVES_BACK else now


def _shares(bookings: Sequence[Booking], discount: Discount) -> list[tuple[Booking, int | None, int]]:
    """A discount divided among the bookings of a visit and the rates of tax of each."""
    sums = [
        (booking, rate, sum(it["amount"] or 0 for it in booking.price_lines if it["tax_bp"] == rate))
        for booking in bookings
        for rate in sorted({it["tax_bp"] for it in booking.price_lines})
    ]
    shares = split(discount.amount, [amount for _booking, _rate, amount in sums])
    return [(booking, rate, share) for (booking, rate, _amount), share in zip(sums, shares, strict=True)]


def _full(bookings: Sequence[Booking]) -> int:
    """What a visit costs as far as that is known, before anything is taken off."""
    return sum(it.total_cents + it.discount_cents for it in bookings)


def _is_left(booking: Booking) -> bool:
    """Whether anything else of its visit is to be, or was."""
    other = exists().where(
        Booking.business_id == booking.business_id,
        Booking.visit == booking.visit,
        Booking.id != booking.id,
        Booking.status.not_in(GIVES_BACK),
    )
    return bool(db.session.scalar(select(other)))
