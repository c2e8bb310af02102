"""The one writer of the status of Stripe's payments: what Stripe says now, put into our rows.

Whoever wants to know asks Stripe and ends here, so neither the order nor the number of what Stripe tells us matters. It
only goes forward.
"""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from app.audit.models import record
from app.businesses.finding import load_business
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import SYSTEM
from app.core.db import db
from app.payments.counting import count, count_in
from app.payments.models import LIVE, Invoice, Payment, Refund
from app.payments.news import (
    payment_broken_off,
    payment_came_to_nothing,
    payment_in_doubt,
    payment_on_its_way,
    payment_received,
    tell_of_payment,
    tell_of_refund,
)
from app.payments.owing import lock_invoice
from app.payments.refunding import give_back
from app.payments.stripe.answers import ProviderState, SentBack
from app.payments.unexpected import is_set_aside, what_is_wrong

# How far a payment has come; it never goes back. A failed card can be tried again with the same intent.
_FAR = {
    "created": 0,
    "requires_action": 1,
    "processing": 2,
    "failed": 3,
    "cancelled": 3,
    "needs_review": 4,
    "succeeded": 5,
}
# A payment that nobody has gone on with for so long was given up by whoever began it.
_GIVEN_UP_AFTER = timedelta(minutes=10)
_PATIENCE = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


def apply_provider_state(
    business_id: int, payment_id: int, state: ProviderState | None, now: datetime
) -> Payment:
    """Put what Stripe says into a payment and count its invoice again. The rows are locked here and not before.

    Money that is not what was asked for is kept out of the invoice and waits for a member (`needs_review`).
    """
    business = load_business(business_id)
    lock_schedule(business_id)
    payment = db.session.get_one(Payment, (business_id, payment_id))
    invoice = lock_invoice(business_id, payment.invoice_id)
    payment = db.session.get_one(
        Payment, (business_id, payment_id), populate_existing=True, with_for_update=True
    )
    was, had = payment.status, payment.received_cents
    payment.synced_at = now
    is_unexpected = state is not None and _take_over(payment, state, now)
    payment.next_sync_at = _ask_again(payment, now)
    if payment.status != was:
        changes = {"status": [was, payment.status]}
        record(
            f"payment.{payment.status}",
            "payment",
            payment.id,
            by=SYSTEM,
            at=now,
            business_id=business_id,
            changes=changes,
        )
    # First it came in, and then it went back, also where both are heard of at once: so it ends as if heard in time.
    if payment.received_cents > had and not is_unexpected:
        count_in(business, invoice, now)
        _give_back_too_much(business, invoice, payment, now)
        tell_of_payment(payment_received, business, invoice, payment, now)
    news: list[Refund] = []
    # What is not counted cannot be given back of what is counted.
    if state is not None and payment.received_cents:
        for sent_back in state.sent_back:
            news += _take_over_refund(payment, sent_back, now)
        _make_room(payment, now)
    count(invoice)
    if payment.status == "needs_review" and was != "needs_review":
        tell_of_payment(payment_in_doubt, business, invoice, payment, now)
    elif payment.status == "processing" and was != "processing":
        tell_of_payment(payment_on_its_way, business, invoice, payment, now)
    elif payment.status in ("failed", "cancelled") and was == "processing":
        tell_of_payment(payment_came_to_nothing, business, invoice, payment, now)
    elif was in LIVE and _is_broken_off(payment, now):
        tell_of_payment(payment_broken_off, business, invoice, payment, now)
    for refund in news:
        tell_of_refund(business, invoice, payment, refund, now)
    return payment


def apply_refund_state(business_id: int, refund_id: int, said: SentBack | str, now: datetime) -> Refund:
    """Put what Stripe says of a refund, or why it refused it, into its row and count again."""
    business = load_business(business_id)
    lock_schedule(business_id)
    refund = db.session.get_one(Refund, (business_id, refund_id))
    payment = db.session.get_one(Payment, (business_id, refund.payment_id))
    invoice = lock_invoice(business_id, payment.invoice_id)
    refund = db.session.get_one(
        Refund, (business_id, refund_id), populate_existing=True, with_for_update=True
    )
    is_news = False
    if isinstance(said, SentBack):
        is_news = _hear(refund, said, now)
    elif refund.provider_ref is None:
        is_news = _settle_refund(refund, "failed", now, said)
    count(invoice)
    if is_news:
        tell_of_refund(business, invoice, payment, refund, now)
    return refund


def _take_over(payment: Payment, state: ProviderState, now: datetime) -> bool:
    """Put what Stripe says into its row; whether it is money that was not asked for like that."""
    if state.ref is None and (payment.provider_ref, payment.checkout_ref) != (None, state.page):
        return False  # Somebody has begun to pay it since Stripe was asked.
    payment.provider_ref = payment.provider_ref or state.ref
    payment.failure = state.failure
    if payment.status == "succeeded" or _FAR[state.status] < _FAR[payment.status] or is_set_aside(payment):
        return False
    wrong = what_is_wrong(payment, state)
    if state.status == "succeeded" and wrong and not _is_all_back(state):
        payment.status, payment.review = "needs_review", wrong.written
        return True
    payment.status = state.status
    if state.status == "succeeded":
        payment.received_cents, payment.currency = state.received, state.currency
        payment.succeeded_at = payment.succeeded_at or now
    return wrong is not None


def _is_all_back(state: ProviderState) -> bool:
    """Whether all of it was given back at Stripe, so that nobody has to decide about it."""
    return 0 < state.received <= sum(it.cents for it in state.sent_back if it.status != "failed")


def _is_broken_off(payment: Payment, now: datetime) -> bool:
    """Whether it did not work, or nobody goes on with it, so that whoever began it may like to try again."""
    if payment.status in ("created", "requires_action"):
        return bool(payment.failure) or now - payment.created_at >= _GIVEN_UP_AFTER
    return payment.status in ("failed", "cancelled")


def _take_over_refund(payment: Payment, said: SentBack, now: datetime) -> list[Refund]:
    """A refund of ours, by its id or reference; or one that was given at Stripe, which becomes a row too.

    It, where what became of it is news.
    """
    mine = db.session.query(Refund).filter_by(business_id=payment.business_id, payment_id=payment.id)
    found = mine.filter_by(provider_ref=said.ref).first() or (
        mine.filter_by(id=said.ours).first() if said.ours is not None else None
    )
    if found is None:
        found = Refund(
            business_id=payment.business_id,
            payment_id=payment.id,
            status="created",
            cause="member",
            amount_cents=said.cents,
            dedupe_key=f"stripe/{said.ref}",
            idempotency_key=f"stripe/{said.ref}",
            by_name="Stripe",
            created_at=now,
        )
        db.session.add(found)
    return [found] if _hear(found, said, now) else []


def _hear(refund: Refund, said: SentBack, now: datetime) -> bool:
    """What Stripe says of a refund. Who asked first may write last: so it goes forward only.

    It may have succeeded and still fail at the customer's bank, which is the end. What only we had given up counts.
    Whether it is news, as in `_settle_refund`.
    """
    far = ("created", "pending", "succeeded", "failed")
    is_known, refund.provider_ref = refund.provider_ref is not None, said.ref
    if is_known and far.index(said.status) < far.index(refund.status):
        return False
    return _settle_refund(refund, said.status, now, said.failure)


def _give_back_too_much(business: Business, invoice: Invoice, payment: Payment, now: datetime) -> None:
    """What is more than is owed goes back: it was paid at the shop meanwhile, or a part of it was cancelled."""
    db.session.refresh(payment)
    too_much = min(invoice.kept_cents - invoice.owed_cents, payment.received_cents - payment.refunded_cents)
    if too_much > 0:
        give_back(
            business,
            invoice,
            too_much,
            cause="twice",
            key=f"twice/{payment.id}",
            by=SYSTEM,
            now=now,
            reason=_("It was more than what was left to pay."),
            only=payment,
        )


def _make_room(payment: Payment, now: datetime) -> None:
    """What was given back at Stripe itself is gone: what we had promised of it and not sent yet fails."""
    db.session.flush()
    rows = db.session.query(Refund).filter_by(business_id=payment.business_id, payment_id=payment.id)
    promised = rows.filter(Refund.status != "failed").order_by(Refund.id).all()
    too_much = sum(it.amount_cents for it in promised) - payment.received_cents
    for refund in reversed(promised):
        if too_much > 0 and refund.provider_ref is None:
            too_much -= refund.amount_cents
            _settle_refund(refund, "failed", now, _("It was given back at Stripe already."))


def _settle_refund(refund: Refund, status: str, now: datetime, failure: str | None) -> bool:
    """Whether it has left by now, or cannot, and had not before."""
    was = refund.status
    if status != refund.status:
        db.session.flush()
        changes = {"status": [refund.status, status]}
        record(
            f"refund.{status}",
            "refund",
            refund.id,
            by=SYSTEM,
            at=now,
            business_id=refund.business_id,
            changes=changes,
        )
    refund.status, refund.failure = status, failure
    refund.next_sync_at = now + timedelta(hours=1) if status == "pending" else None
    if status in ("succeeded", "failed"):
        refund.settled_at = refund.settled_at or now
    return status != was and (status == "failed" or was == "created")


def _ask_again(payment: Payment, now: datetime) -> datetime | None:
    """When to ask Stripe again by ourselves: less often the longer it takes; never once it has ended."""
    if payment.status not in LIVE:
        return None
    age = now - payment.created_at
    return now + next((it for it in _PATIENCE if age < 6 * it), _PATIENCE[-1])
