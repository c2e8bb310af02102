"""Stripe, through its own SDK. Nothing here is called while a transaction is open."""
