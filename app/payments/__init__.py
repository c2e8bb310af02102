"""What is owed, what was paid and what went back: invoices, payments, refunds, coupons, Stripe."""

from app.customers.belonging import keeps
from app.payments import personal
from app.payments.models import CouponUse, Invoice

keeps(Invoice, CouponUse, forget=personal.forget, tell=personal.tell)
