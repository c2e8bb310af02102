"""What all pages of the widget share: whose they are, who may show them in a frame, and what their addresses carry.

No session and no cookie, whoever is signed in: browsers keep those of a frame apart, or refuse them.
"""

from typing import Any

from flask import Blueprint, Response, abort, g, request

from app.core.framing import is_framed
from app.sites.finding import find_framed
from app.widget.routes.looks import frame_looks

bp = Blueprint("widget", __name__)
# Asked by a page that is kept apart from everybody, also from us; nothing here is worth more with a cookie.
_ASKED = ("Boosted", "Current-URL", "Prompt", "Request", "Target", "Trigger", "Trigger-Name")
# All that htmx looks for, as browsers complain of what they may not show, whether it is there or not.
_ANSWERED = (
    *("Location", "Push", "Push-Url", "Redirect", "Refresh", "Replace-Url", "Reselect", "Reswap", "Retarget"),
    *("Trigger", "Trigger-After-Settle", "Trigger-After-Swap"),
)
_ASKED_BY_ANYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": ", ".join(f"HX-{it}" for it in _ASKED),
    "Access-Control-Expose-Headers": ", ".join([*(f"HX-{it}" for it in _ANSWERED), "Retry-After"]),
    "Access-Control-Max-Age": "7200",
}


@bp.url_value_preprocessor
def load_business(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The business of the address, if it takes bookings; the pages themselves say that there is none.

    What says so may stand in any frame, so that it does not tell a draft from no business at all.
    """
    business, ancestors = find_framed((values or {})["slug"])
    is_open = business is not None and business.status == "open"
    g.frame_ancestors = ancestors if is_open else None
    if is_open:
        g.business = business


@bp.before_request
def refuse_forms_of_others() -> None:
    """Only our own page in a frame sends forms, also one that has no origin; the script of the widget reports."""
    is_strange = (
        request.headers.get("Sec-Fetch-Site") == "cross-site" and request.headers.get("Origin") != "null"
    )
    if request.method == "POST" and is_strange and request.endpoint != "widget.create_sighting":
        abort(400)


@bp.url_defaults
def stay(_endpoint: str, values: dict[str, Any]) -> None:
    """Links inside the frame stay with the business and keep its looks."""
    if is_framed():
        if "business" in g:
            values.setdefault("slug", g.business.slug)
        for name, value in frame_looks().carried.items():
            values.setdefault(name, value)


@bp.after_request
def let_in(response: Response) -> Response:
    """A frame without an origin of its own asks for parts of the page as a stranger."""
    response.headers.update(_ASKED_BY_ANYBODY)
    return response
