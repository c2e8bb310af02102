"""What is done with Stripe behind the scenes: each step is committed before the next, and no lock is held meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from app.core import clock
from app.core.db import db
from app.core.jobs import one_waits
from app.core.tries import tries
from app.payments.applying import apply_provider_state, apply_refund_state
from app.payments.inbox import forget_old_events, handled, payment_about, waiting_events
from app.payments.models import LIVE, Invoice, Payment, Refund
from app.payments.starting import NothingDue, OtherPaymentUnderWay, is_asked, is_dead, payment_under_way
from app.payments.stripe import asking
from app.payments.stripe.account import Account, account_of
from app.payments.stripe.answers import NotLetIn, Refused, Unreachable

AT_ONCE = 100
_LATER = timedelta(minutes=5)
_KEY_LASTS = timedelta(hours=12)  # To be on the safe side of Stripe's day.
# Each time something is paid in another way than a moment ago, Stripe keeps one thing more.
_BEGUN_ANEW = "20/hour; 60/day"
_log = structlog.get_logger("daybook")


def sync_payment(business_id: int, payment_id: int) -> None:
    """Ask Stripe what has become of a payment and put it into our rows. Raises Unreachable.

    One that Stripe was never asked for, or whose answer got lost, ends after a while: nobody can pay it.
    """
    payment = db.session.get_one(Payment, (business_id, payment_id))
    account = account_of(business_id, live=payment.live_mode)
    db.session.commit()
    try:
        state = asking.read_state(account, payment) if account else None
    except Refused as refused:
        _log.warning("stripe refused to tell of a payment", payment=payment_id, code=refused.code)
        state = None
    if state is None and not is_asked(payment) and is_dead(payment, clock.now()):
        state = asking.never_asked(payment)
    apply_provider_state(business_id, payment_id, state, clock.now())
    db.session.commit()


def call_off_payment(business_id: int, payment_id: int) -> None:
    """See to it that nobody can pay this any more; where somebody has, that counts. Raises Unreachable."""
    payment = db.session.get_one(Payment, (business_id, payment_id))
    account = account_of(business_id, live=payment.live_mode)
    db.session.commit()
    if payment.status not in LIVE:
        return
    if not is_asked(payment):
        apply_provider_state(business_id, payment_id, asking.never_asked(payment), clock.now())
        db.session.commit()
        return
    if account is None:
        return
    try:
        asking.call_off(account, payment)
    except Refused as refused:
        _log.info("stripe did not call off a payment", payment=payment_id, code=refused.code)
    sync_payment(business_id, payment_id)


def make_way(invoice: Invoice) -> None:
    """Call off what was begun to pay an invoice, so that it can be paid in another way.

    Raises Unreachable, TooManyTries, OtherPaymentUnderWay where that has gone already, and NothingDue where it was paid
    in the meantime: nobody asked to pay the rest.
    """
    other = payment_under_way(invoice)
    if other is None:
        raise OtherPaymentUnderWay
    tries.count(_BEGUN_ANEW, "payments-begun-anew", str(invoice.business_id), str(invoice.id))
    was_due = invoice.due_now_cents > 0
    call_off_payment(other.business_id, other.id)
    db.session.refresh(invoice)
    if was_due and not invoice.due_now_cents:
        raise NothingDue


def send_refund(business_id: int, refund_id: int) -> None:
    """Let Stripe give back what a refund says. Raises Unreachable; then it is asked again with the same key.

    Stripe forgets keys after a day. What it may have given back already is looked up first.
    """
    refund = db.session.get_one(Refund, (business_id, refund_id))
    payment = db.session.get_one(Payment, (business_id, refund.payment_id))
    account = account_of(business_id, live=payment.live_mode)
    db.session.commit()
    if refund.status not in ("created", "pending") or account is None or payment.method != "stripe":
        return
    if refund.provider_ref or clock.now() - refund.created_at > _KEY_LASTS:
        _look_at_refunds(account, payment)
        db.session.refresh(refund)
        if refund.provider_ref or refund.status != "created":
            db.session.commit()
            return
        db.session.commit()
    try:
        apply_refund_state(business_id, refund_id, asking.send_back(account, payment, refund), clock.now())
    except NotLetIn as refused:
        raise Unreachable(refused.code or type(refused).__name__) from refused
    except Refused as refused:
        apply_refund_state(business_id, refund_id, refused.problem or refused.code or "refused", clock.now())
        db.session.commit()
        # Somebody has given it back at Stripe itself, most likely.
        _look_at_refunds(account, payment)
    db.session.commit()


def _look_at_refunds(account: Account, payment: Payment) -> None:
    """As `sync_payment`, for who must know: raises Unreachable also when Stripe does not want to tell."""
    try:
        state = asking.read_state(account, payment)
    except Refused as refused:
        raise Unreachable(refused.code or type(refused).__name__) from refused
    apply_provider_state(payment.business_id, payment.id, state, clock.now())
    db.session.commit()


@one_waits
def handle_webhooks() -> int:
    """Make something of what Stripe has told us; how many events. Of several about one payment Stripe is asked once."""
    events = waiting_events(AT_ONCE)
    asked: set[tuple[int, int]] = set()
    for event in events:
        # Counted before it is tried: an event that kills this job is not tried for ever.
        event.attempts += 1
        db.session.commit()
        payment = payment_about(event)
        problem = None
        if payment is not None and (payment.business_id, payment.id) not in asked:
            key = payment.business_id, payment.id
            try:
                sync_payment(*key)
                asked.add(key)
            except (Unreachable, SQLAlchemyError) as error:
                db.session.rollback()
                problem = _named(error)
        handled(event, clock.now(), problem)
        db.session.commit()
    return len(events)


@one_waits
def reconcile_payments() -> int:
    """Ask about payments nobody has told us of, send refunds that were not sent; how many."""
    now = clock.now()
    of_it = (Invoice.business_id == Payment.business_id) & (Invoice.id == Payment.invoice_id)
    due = select(Payment.business_id, Payment.id, Invoice.void_at).join(Invoice, of_it)
    due = due.where(Payment.next_sync_at <= now).order_by(Payment.next_sync_at).limit(AT_ONCE)
    payments = db.session.execute(due).all()
    owed = select(Refund.business_id, Refund.id).where(Refund.next_sync_at <= now)
    refunds = db.session.execute(owed.order_by(Refund.next_sync_at).limit(AT_ONCE)).all()
    db.session.commit()
    for business_id, payment_id, void_at in payments:
        # Where nothing is owed any more nobody shall pay: whoever was to call it off may never have heard the ring.
        _try(call_off_payment if void_at else sync_payment, Payment, business_id, payment_id, now)
    for business_id, refund_id in refunds:
        _try(send_refund, Refund, business_id, refund_id, now)
    forget_old_events(now)
    db.session.commit()
    return len(payments) + len(refunds)


def _try(
    work: Callable[[int, int], None],
    model: type[Payment] | type[Refund],
    business_id: int,
    row_id: int,
    now: datetime,
) -> None:
    """Work on a row, or put it off: what cannot be done for one keeps nobody else waiting."""
    try:
        work(business_id, row_id)
    except (Unreachable, SQLAlchemyError) as error:
        db.session.rollback()
        _log.warning("a step of a payment failed", what=work.__name__, row=row_id, error=_named(error))
        _put_off(model, business_id, row_id, now)


def _named(error: Exception) -> str:
    return error.problem if isinstance(error, Unreachable) else type(error).__name__


def _put_off(model: type[Payment] | type[Refund], business_id: int, row_id: int, now: datetime) -> None:
    """Others have their turn before this one is tried again."""
    those = update(model).where(model.business_id == business_id, model.id == row_id)
    db.session.execute(those.values(next_sync_at=now + _LATER))
    db.session.commit()
