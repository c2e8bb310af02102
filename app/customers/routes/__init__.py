"""The customers of a business: a list to search, and a page of each."""

from app.customers.routes import (  # noqa: F401
    blocks,
    details,
    erasures,
    listing,
    mergers,
    notes,
    profiles,
    tags,
)
from app.customers.routes.room import bp as bp
