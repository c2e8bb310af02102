"""Cross-site request forgery: a token in every form of somebody signed in."""

from flask_wtf import CSRFProtect

csrf = CSRFProtect()
