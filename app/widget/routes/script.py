"""The script that websites load. Its address never changes, so browsers ask again now and then whether it did."""

from flask import Blueprint, Response, request

from app.assets import digest, file_answer

bp = Blueprint("widget_script", __name__)
NAME = "js/widget.js"
# An hour without asking; then the old one at once, and a new one for the next page.
KEPT = "public, max-age=3600, stale-while-revalidate=2592000"


@bp.get("/widget.js")
def show() -> Response:
    """The script, the same for every business."""
    response = file_answer(NAME)
    response.headers["Cache-Control"] = KEPT
    # It is the same script, packed or not.
    response.set_etag(digest(NAME), weak=True)
    response.make_conditional(request)
    return response
