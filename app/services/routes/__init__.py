"""What a business offers: its services, their headings and their questions."""

from flask import Blueprint

from app.businesses.guards import members_only

bp = Blueprint("services", __name__, url_prefix="/manage/<slug>/services")
bp.before_request(members_only)

from app.services.routes import categories, editing, listing, questions  # noqa: E402, F401
