"""What is asked of Stripe, and its answers in our words. Every call has ten seconds and one more try.

An intent, a session or a refund is asked for with the idempotency key of its row: whoever did not hear the answer asks
again and gets the same one. Stripe forgets keys after a day, so what is known by its reference is looked up by that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.core.card_amounts import from_stripe, to_stripe
from app.core.card_payments import stripe_address
from app.payments.models import Payment, Refund
from app.payments.stripe.account import Account
from app.payments.stripe.answers import NotLetIn, Page, ProviderState, Refused, SentBack, Unreachable

if TYPE_CHECKING:
    from stripe import PaymentIntent, StripeClient
    from stripe.params import PaymentIntentCreateParams, RefundCreateParams
    from stripe.params.checkout import SessionCreateParams

SECONDS = 10
_STATUSES = {
    "requires_payment_method": "created",
    "requires_confirmation": "created",
    "requires_action": "requires_action",
    "processing": "processing",
    "requires_capture": "processing",
    "succeeded": "succeeded",
    "canceled": "cancelled",
}
_REFUNDS = {
    "succeeded": "succeeded",
    "pending": "pending",
    "requires_action": "pending",
    "failed": "failed",
    "canceled": "failed",
}


def open_intent(account: Account, payment: Payment, about: str, email: str | None) -> ProviderState:
    """Ask for the money of a payment, or look at what was asked for. Raises Unreachable or Refused."""
    params: PaymentIntentCreateParams = {
        "amount": to_stripe(payment.amount_cents, payment.currency),
        "currency": payment.currency.lower(),
        "automatic_payment_methods": {"enabled": True},
        "description": about,
        "metadata": _ours(payment),
    }
    if email:
        params["receipt_email"] = email
    with _asked(account) as stripe:
        if payment.provider_ref:
            return _state(stripe.v1.payment_intents.retrieve(payment.provider_ref))
        return _state(stripe.v1.payment_intents.create(params, {"idempotency_key": payment.idempotency_key}))


def open_page(
    account: Account,
    payment: Payment,
    about: str,
    email: str | None,
    *,
    back: str,
    away: str,
    until: datetime,
) -> Page:
    """A page of Stripe's for the same money. `back` and `away` are whole addresses, where it leads afterwards."""
    params: SessionCreateParams = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": payment.currency.lower(),
                    "unit_amount": to_stripe(payment.amount_cents, payment.currency),
                    "product_data": {"name": about},
                },
            }
        ],
        "payment_intent_data": {"metadata": _ours(payment), "description": about},
        "metadata": _ours(payment),
        "success_url": back,
        "cancel_url": away,
        "expires_at": int(until.timestamp()),
    }
    if email:
        params["customer_email"] = email
    with _asked(account) as stripe:
        sessions = stripe.v1.checkout.sessions
        if payment.checkout_ref:
            page = sessions.retrieve(payment.checkout_ref)
        else:
            # Stripe takes a key for one kind of request only.
            page = sessions.create(params, {"idempotency_key": f"{payment.idempotency_key}/page"})
        return Page(page.id, page.url)


def read_state(account: Account, payment: Payment) -> ProviderState | None:
    """What has become of a payment; None while its page has not been used. Raises Unreachable or Refused.

    One that was known to be on its way and waits for a way to pay again has failed: as it was known before it was asked
    about, this is no older answer.
    """
    was_on_its_way = payment.status == "processing"
    with _asked(account) as stripe:
        ref, is_open = payment.provider_ref, True
        if payment.checkout_ref:
            page = stripe.v1.checkout.sessions.retrieve(payment.checkout_ref)
            is_open = page.status == "open"
            if page.payment_intent is None:
                return _unused(payment, page.status == "expired", page.livemode)
            ref = str(getattr(page.payment_intent, "id", page.payment_intent))
        if ref is None:
            return None
        intent = stripe.v1.payment_intents.retrieve(ref, {"expand": ["latest_charge"]})
        refunds = (
            stripe.v1.refunds.list({"payment_intent": ref, "limit": 100}) if intent.amount_received else None
        )
        state = _state(intent, tuple(_sent_back(it) for it in refunds.data) if refunds else ())
        # It could be tried again, but not on a page that has closed.
        is_over = was_on_its_way or not is_open
        return replace(state, status="failed") if is_over and state.status == "created" else state


def never_asked(payment: Payment) -> ProviderState:
    """The state of a payment without a reference: nobody was told how to pay it, so nobody ever can."""
    return ProviderState(
        None,
        "cancelled",
        payment.amount_cents,
        0,
        payment.currency,
        str(payment.uid),
        payment.live_mode,
    )


def call_off(account: Account, payment: Payment) -> None:
    """Make sure that nobody can pay this any more. Raises Refused where it is too late for that."""
    with _asked(account) as stripe:
        # The intent of a page ends with its page and in no other way.
        if payment.checkout_ref:
            stripe.v1.checkout.sessions.expire(payment.checkout_ref)
        elif payment.provider_ref:
            stripe.v1.payment_intents.cancel(payment.provider_ref)


def send_back(account: Account, payment: Payment, refund: Refund) -> SentBack:
    """Let Stripe give back what a refund says. Raises Unreachable or Refused."""
    params: RefundCreateParams = {
        "payment_intent": payment.provider_ref or "",
        "amount": to_stripe(refund.amount_cents, payment.currency),
        "metadata": {"refund": str(refund.id), "payment": str(payment.uid)},
    }
    with _asked(account) as stripe:
        return _sent_back(stripe.v1.refunds.create(params, {"idempotency_key": refund.idempotency_key}))


def who_is(account: Account) -> str:
    """The name of the account the keys are of: whoever enters keys sees that they are right. Raises as the others.

    "" where a restricted key may not ask for it, but for payments.
    """
    try:
        with _asked(account) as stripe:
            found = stripe.v1.accounts.retrieve_current()
            profile = getattr(found, "business_profile", None)
            return str(getattr(profile, "name", None) or getattr(found, "email", None) or found.id)
    except NotLetIn:
        with _asked(account) as stripe:
            stripe.v1.payment_intents.list({"limit": 1})
        return ""


def knows(account: Account, ref: str) -> bool:
    """Whether a payment is one of this account's. Raises as the others."""
    try:
        with _asked(account) as stripe:
            stripe.v1.payment_intents.retrieve(ref)
    except Refused as refused:
        if refused.code == "resource_missing":
            return False
        raise
    return True


@contextmanager
def _asked(account: Account) -> Iterator["StripeClient"]:
    """A client of an account for one question, whose errors are ours."""
    import requests
    import stripe

    try:
        with requests.Session() as session:
            yield stripe.StripeClient(
                account.secret,
                base_addresses={"api": stripe_address()},
                http_client=stripe.RequestsClient(timeout=SECONDS, session=session),
                max_network_retries=1,
            )
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise NotLetIn(error.user_message or "", error.code) from error
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        raise Refused(error.user_message or "", error.code) from error
    except stripe.StripeError as error:
        raise Unreachable(type(error).__name__) from error


def _ours(payment: Payment) -> dict[str, str]:
    return {"payment": str(payment.uid), "business": str(payment.business_id)}


def _state(intent: "PaymentIntent", sent_back: tuple[SentBack, ...] = ()) -> ProviderState:
    failed, metadata = intent.last_payment_error, intent.metadata
    return ProviderState(
        ref=intent.id,
        status=_STATUSES.get(intent.status, "needs_review"),
        amount=from_stripe(intent.amount, intent.currency),
        received=from_stripe(intent.amount_received or 0, intent.currency),
        currency=intent.currency.upper(),
        about=metadata["payment"] if metadata and "payment" in metadata else None,
        live=intent.livemode,
        client_secret=intent.client_secret,
        failure=(failed.message or failed.code) if failed else None,
        sent_back=sent_back,
    )


def _unused(payment: Payment, is_over: bool, live: bool) -> ProviderState | None:
    return replace(never_asked(payment), live=live, page=payment.checkout_ref) if is_over else None


def _sent_back(refund: Any) -> SentBack:
    metadata = refund.metadata
    ours = metadata["refund"] if metadata and "refund" in metadata else ""
    return SentBack(
        refund.id,
        _REFUNDS.get(refund.status or "pending", "pending"),
        from_stripe(refund.amount, refund.currency),
        int(ours) if ours.isascii() and ours.isdigit() and len(ours) < 19 else None,
        getattr(refund, "failure_reason", None),
    )
