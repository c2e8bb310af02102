"""The only place that reads or writes HX headers."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, redirect, render_template
from htmx_flask import Htmx, make_response, request

htmx = Htmx()


def wants_partial() -> bool:
    """Whether a targeted htmx request asks for a fragment; boosted and history requests want the page."""
    asked = request.htmx
    return bool(asked) and not asked.boosted and not asked.history_restore_request


def render(page: str, partial: str, status: int = 200, **context: Any) -> Response:
    """The partial for a targeted request, the page for everyone else."""
    return make_response(render_template(partial if wants_partial() else page, **context), status)


def go_to(url: str) -> Response:
    """Send the browser to `url`: 303, or HX-Redirect when a fragment was asked for."""
    if wants_partial():
        return make_response("", 204, redirect=url)
    return make_response(redirect(url, code=303))


def follow(url: str) -> Response:
    """Show `url` in the place of what was sent: 303, which a browser follows for a fragment too."""
    return make_response(redirect(url, code=303))


def at_address(response: Response, url: str) -> Response:
    """Let `url` stand in the address bar, where what a form has answered is found again; others were led there."""
    response.headers["HX-Replace-Url"] = url
    return response


def sign_in_first(url: str) -> Response:
    """The answer to somebody signed out: 303, or 401 with HX-Redirect for htmx.

    Boosted links too, because signing in is a full page load: it changes what <body> carries. And the answer to
    somebody who must type their password once more.
    """
    if request.htmx and not request.htmx.history_restore_request:
        return make_response("", 401, redirect=url)
    return make_response(redirect(url, code=303))


def current_page() -> str:
    """Path and query of the page the person looks at, never of the fragment that was asked for."""
    if wants_partial() and request.htmx.current_url:
        try:
            page = urlsplit(request.htmx.current_url)
        except ValueError:
            return "/"
        return f"{page.path}?{page.query}" if page.query else page.path
    return request.full_path.rstrip("?")


def alert(message: str, status: int) -> Response:
    """Show `message` in the page's alert region."""
    body = render_template("errors/_alert.html", message=message)
    return make_response(body, status, retarget="#alert", reswap="innerHTML")


def finish(response: Response) -> Response:
    """Say that fragments differ from pages, and keep a failed address out of the address bar."""
    if not response.is_json:
        response.vary.add("HX-Request")
    if response.status_code >= 400 and request.htmx:
        response.headers.setdefault("HX-Push-Url", "false")
    return response
