"""The short address of a business, as posters and QR codes have it. It outlives every change of the long one."""

import re

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for

from app.businesses.finding import find_by_short_code
from app.core.limits import limiter

bp = Blueprint("short_links", __name__)


@bp.get("/s/<code>")
@limiter.limit("120 per minute")
def show(code: str) -> Response:
    """Where the business takes bookings today; of a query only the service stays."""
    business = find_by_short_code(code)
    if business is None or business.status != "open":
        abort(404)
    service = request.args.get("service", "")
    kept = service if re.fullmatch("[1-9][0-9]{0,18}", service) else None
    answer = make_response(
        redirect(url_for("flow.new", slug=business.slug, service=kept, lang=None), code=302)
    )
    # Asked anew each time, so that a slug of today counts at once.
    answer.headers["Cache-Control"] = "no-cache"
    return answer
