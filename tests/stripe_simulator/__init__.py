"""A stand-in for Stripe over real HTTP: for tests, and for whoever wants to pay with a test card without an account.

The application never imports it; it is given another address for Stripe's API. See README.md.
"""
