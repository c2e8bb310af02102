"""Whether a page stands in a frame on somebody else's website: then it has its own addresses, below /w/, and no cookie.

The rooms whose pages customers use are registered twice, at their own addresses and in the blueprint `widget`.
"""

from collections.abc import Mapping
from typing import Any

from flask import current_app, has_request_context, request

from app.core.actor import VISITOR, Actor

WIDGET = "widget"
_VISITOR_OF_WIDGET = Actor(VISITOR.kind, VISITOR.name, source="widget")
_OUTWARD = {"target": "_blank", "rel": "noopener"}


def is_framed() -> bool:
    """Whether the request is for a page of the widget."""
    return has_request_context() and (request.endpoint or "").startswith(f"{WIDGET}.")


def beside(endpoint: str) -> str:
    """The name of this endpoint at the door through which the visitor came, for url_for: widget.bookings.show."""
    own = f"{WIDGET}.{endpoint}"
    return own if is_framed() and own in current_app.view_functions else endpoint


def outward() -> Mapping[str, str]:
    """What a link carries that leads to a page which cannot stand in the frame: it opens in a window of its own."""
    return _OUTWARD if is_framed() else {}


def public_layout() -> str:
    """The layout of a page that stands at both doors."""
    return "layouts/widget.html" if is_framed() else "layouts/public.html"


def visitor() -> Actor:
    """Who acts on a public page: somebody without a name, through one door or the other."""
    return _VISITOR_OF_WIDGET if is_framed() else VISITOR


def comes_from_our_page() -> bool:
    """Whether a page of ours led here, as far as the browser tells.

    A frame that is kept apart from everybody (`sandbox`) counts as a stranger to itself. Then it is enough that a
    script asks for a part of the page: no address that somebody else made is asked for so.
    """
    headers = request.headers
    if headers.get("Sec-Fetch-Site", "same-origin") == "same-origin":
        return True
    return is_framed() and headers.get("Sec-Fetch-Dest") == "empty"


def init_framing(app: Any) -> None:
    """Offer these questions to templates."""
    app.jinja_env.globals |= {
        "is_framed": is_framed,
        "beside": beside,
        "outward": outward,
        "public_layout": public_layout,
    }
