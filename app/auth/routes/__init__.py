"""Signing in and out, passwords, and the links that come by mail."""

from app.auth.routes import confirmations, proofs, resets, second_steps, signing_in  # noqa: F401
from app.auth.routes.room import bp as bp
