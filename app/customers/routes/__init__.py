"""The customers of a business: a list to search, and a page of each."""

from app.customers.routes import listing, profiles  # noqa: F401
from app.customers.routes.room import bp as bp
