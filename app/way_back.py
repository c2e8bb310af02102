"""Addresses that only take forms: whoever opens one, because a refused form left it in the browser, is led back.

The page is the nearest one above, /manage/ann/services for /manage/ann/services/samples, and says itself who may see
it.
"""

from itertools import accumulate
from urllib.parse import quote

from flask import Flask, Response, make_response, request
from flask.globals import request_ctx
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.utils import redirect

from app.error_pages import http_error


def init_way_back(app: Flask) -> None:
    """Look for a page above the address before saying that it cannot be opened."""
    app.register_error_handler(MethodNotAllowed, lead_back)


def lead_back(error: MethodNotAllowed) -> Response:
    """303 to the nearest page above, for members; 405 to everything else."""
    page = page_above(request.path) if request.method in ("GET", "HEAD") else None
    if page is None or not page.startswith("/manage/"):
        return http_error(error)
    return make_response(redirect(f"{request.script_root}{quote(page)}", 303))


def page_above(path: str) -> str | None:
    """The longest beginning of a path that is the address of a page."""
    beginnings = list(accumulate(path.split("/")[:-1], lambda above, part: f"{above}/{part}"))
    # With the stroke at its end first: without it /manage/ann only leads on.
    asked = (address for above in reversed(beginnings) for address in (f"{above}/", above))
    adapter = request_ctx.url_adapter
    return next((it for it in asked if adapter and adapter.test(it, "GET")), None)
