"""Bookings that are paid first, for tests: keys of a shop, and money that comes in without asking Stripe."""

from typing import Any

from app.appointments.models import Booking
from app.core import clock
from app.core.db import db
from app.payments.applying import apply_provider_state
from app.payments.models import Invoice, Payment, PaymentSettings
from app.payments.stripe.account import keep_keys
from app.payments.stripe.answers import ProviderState
from tests.factories import Shop, a_shop


def with_own_keys(shop: Shop) -> PaymentSettings:
    """The shop can be paid online."""
    settings = PaymentSettings(business_id=shop.business.id, mode="test")
    keep_keys(settings, "pk_test_1", "sk_test_1", "whsec_1", live=False)
    db.session.add(settings)
    db.session.flush()
    return settings


def a_deposit_shop(**more: Any) -> Shop:
    """A shop that can be paid online, where 20.00 of 60.00 are paid first; `more` as `a_shop` takes it."""
    shop = a_shop(price_cents=6000, prepay="deposit", deposit_cents=2000, **more)
    with_own_keys(shop)
    return shop


def fresh(row: Any) -> Any:
    """A row as it is now."""
    return db.session.get_one(type(row), (row.business_id, row.id), populate_existing=True)


def invoice_for(booking: Booking) -> Invoice:
    """What is owed for its visit."""
    return Invoice.query.filter_by(business_id=booking.business_id, subject_uid=booking.visit).one()


def come_in(payment: Payment, status: str = "succeeded", **said: Any) -> Payment:
    """What Stripe says has become of it; all of it came in."""
    known: dict[str, Any] = {
        "ref": f"pi_{payment.id}",
        "status": status,
        "amount": payment.amount_cents,
        "received": payment.amount_cents if status == "succeeded" else 0,
        "currency": payment.currency,
        "about": str(payment.uid),
        "live": False,
    }
    return apply_provider_state(payment.business_id, payment.id, ProviderState(**known | said), clock.now())
