"""Customers cancel what they have booked, or withdraw what they have asked for; and take that back."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _

from app.appointments.agreeing import due_first
from app.appointments.allowing import NoOtherTimes, allow, allowance_of
from app.appointments.cancelling import cancel_together
from app.appointments.changing import ChangedMeanwhile
from app.appointments.contacting import contact_of
from app.appointments.finding import bookings_of_visit
from app.appointments.limiting import limit_changes
from app.appointments.models import UNANSWERED, Booking
from app.appointments.paying_back import went_back
from app.appointments.refusals import AlreadyBegun, SlotTaken
from app.appointments.undoing import OnlyAnotherDate, undo
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.errors import Conflict
from app.customers.blocking import refuse_blocked
from app.payments.stripe.account import account_of

TAKEN_BACK_WITHIN = timedelta(minutes=10)


class PaidBack(Conflict):
    """What has to be paid before it counts has gone back: nobody is to have it again without."""

    message = _("What you had paid for this goes back to you, so please book it anew.")


def withdraw(
    business: Business,
    booking: Booking,
    ids: Collection[int],
    *,
    by: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Cancel these bookings of the visit of a booking, for its customer, all or none.

    What is cancelled already stays so: a second click changes nothing. A request can be withdrawn as long as nobody
    has answered it, whatever the business allows. Raises what `allow` raises, and ChangedMeanwhile for what is no
    booking of the visit or was declined, has expired or is over.
    """
    lock_schedule(business.id)
    bookings = bookings_of_visit(business.id, booking.visit)
    those = [it for it in bookings if it.id in ids]
    if len(those) < len(set(ids)):
        raise ChangedMeanwhile
    left = [it for it in those if it.status != "cancelled"]
    if left:
        allow(allowance_of(business, _judged(bookings, left), now).against_cancelling)
        cancel_together(business, left, by=by, now=now, reason=reason, tell=True)


def take_back(business: Business, booking: Booking, *, by: Actor, now: datetime) -> None:
    """Book again what the customer cancelled of the visit last, a moment ago, where it can be had still.

    Doing it twice changes nothing. Raises ChangedMeanwhile when there is no such thing, NoOtherTimes where the business
    takes no bookings now, CallUs, SlotTaken when somebody has the time, AlreadyBegun, PaidBack, TooManyTries; then the
    caller rolls back.
    """
    lock_schedule(business.id)
    bookings = bookings_of_visit(business.id, booking.visit)
    those = taken_back_with(bookings, now)
    if not those:
        if not any(it.live for it in bookings):
            raise ChangedMeanwhile
        return
    if business.status != "open":
        raise NoOtherTimes
    if any(it.appointment.starts_at <= now for it in those):
        raise AlreadyBegun
    if is_paid_back(business, those):
        raise PaidBack
    contact = contact_of(those[0])
    refuse_blocked(business.id, by=by, contact=contact, customer_id=those[0].customer_id)
    limit_changes(booking)
    try:
        for it in sorted(those, key=lambda it: it.id):
            undo(business, it, by=by, now=now)
    except OnlyAnotherDate as refusal:
        # Its sentence is for members, who can offer the other date.
        raise SlotTaken from refusal


def is_paid_back(business: Business, bookings: Sequence[Booking]) -> bool:
    """Whether something of what was paid first for these went back, so that taking them back raises PaidBack."""
    return bool(due_first(bookings) and went_back(bookings) and account_of(business.id))


def taken_back_with(bookings: Sequence[Booking], now: datetime) -> list[Booking]:
    """What the customer cancelled last and can book again by one click: what was agreed, until ten minutes later.

    Whoever withdrew a request asks anew: booking it again would answer it.
    """
    own = [
        it
        for it in bookings
        if it.status == "cancelled" and it.cancelled_by == "customer" and it.cancelled_at and it.confirmed_at
    ]
    last = max((it.cancelled_at for it in own if it.cancelled_at), default=None)
    if last is None or now - last > TAKEN_BACK_WITHIN:
        return []
    return [it for it in own if it.cancelled_at == last]


def _judged(bookings: Sequence[Booking], left: Sequence[Booking]) -> Sequence[Booking]:
    """What decides whether these may be given up: all of the visit, unless none of them is agreed yet."""
    return left if all(it.status in UNANSWERED for it in left) else bookings
