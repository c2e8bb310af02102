"""Addresses a business had before: whoever still has one is led to the same page under the one of today.

It costs nothing where an address is right, because only an answer of 404 asks.
"""

from urllib.parse import quote

from flask import Flask, Response, make_response, request
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect

from app.businesses.addressing import moved_to
from app.businesses.joining import find_membership
from app.businesses.models import Business
from app.error_pages import http_error

PUBLIC = {"b", "w"}  # Our own pages of a business, and the frame of its widget.


def init_moved(app: Flask) -> None:
    """Look for the business of an address before saying that there is none."""
    app.register_error_handler(NotFound, lead_on)


def lead_on(error: NotFound) -> Response:
    """The page under today's address: 301 for the public, 303 for members, 308 for a form, which is kept as it is."""
    door, slug, rest = ([*request.path.split("/", 3)[1:], "", ""])[:3]
    has_page = request.url_rule is not None and "slug" in request.url_rule.arguments
    business = moved_to(slug) if has_page and door in {*PUBLIC, "manage"} else None
    if business is None or not may_know(door, business):
        return http_error(error)
    query = request.query_string.decode()
    address = f"{request.script_root}/{door}/{business.slug}/{quote(rest)}{'?' if query else ''}{query}"
    return make_response(redirect(address, status(door)))


def may_know(door: str, business: Business) -> bool:
    """Whether somebody learns nothing they must not: customers see open businesses, members their own."""
    if door in PUBLIC:
        return business.status == "open"
    return current_user.is_authenticated and find_membership(business.slug, current_user.id) is not None


def status(door: str) -> int:
    """A form is sent once more, whole, to where it belongs."""
    if request.method not in ("GET", "HEAD"):
        return 308
    return 301 if door in PUBLIC else 303
