"""Cross-site request forgery: a token in every form that has a session."""

from flask import g
from flask_wtf import CSRFProtect

csrf = CSRFProtect()


def is_token_made() -> bool:
    """Whether a token was made for this answer, and most likely stands in it. `generate_csrf` keeps it there."""
    return "csrf_token" in g
