"""What is owed, what was paid and what went back: invoices, payments, refunds, coupons, Stripe."""
