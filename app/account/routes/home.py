"""What belongs to a person, whatever they work in."""

from flask import Blueprint, Response, make_response, render_template
from flask_login import current_user

from app.auth.guards import signed_in_only
from app.businesses.joining import memberships_of

bp = Blueprint("account", __name__, url_prefix="/account")
bp.before_request(signed_in_only)


@bp.get("/")
def index() -> Response:
    """The businesses somebody works at, and the way to open another."""
    page = render_template("account/index.html", memberships=memberships_of(current_user.id))
    return make_response(page)
