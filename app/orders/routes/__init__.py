"""Pages on which customers order, and those on which members see to it."""

from app.orders.routes import checkout, menu  # noqa: F401
from app.orders.routes.blueprint import bp as bp
