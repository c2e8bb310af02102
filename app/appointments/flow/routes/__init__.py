"""Choosing, holding and confirming. Registered for the storefront now, for the widget later.

No session and no cookie: a signed flow token stands in the form, a signed hold token in the address.
"""

from app.appointments.flow.routes import choosing, details, pricing  # noqa: F401
from app.appointments.flow.routes.blueprint import bp as bp
