"""The tables of money."""

from app.payments.models.coupons import Coupon, CouponUse
from app.payments.models.invoices import Invoice, InvoiceLine, InvoiceSeries
from app.payments.models.payments import ENDED, LIVE, METHODS, Payment, Refund, WebhookEvent
from app.payments.models.settings import PaymentSettings

__all__ = [
    "ENDED",
    "LIVE",
    "METHODS",
    "Coupon",
    "CouponUse",
    "Invoice",
    "InvoiceLine",
    "InvoiceSeries",
    "Payment",
    "PaymentSettings",
    "Refund",
    "WebhookEvent",
]
