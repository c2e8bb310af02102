"""Businesses somebody wants to find again."""

from flask import Response, abort, request, url_for
from flask_login import current_user

from app.account.routes.home import bp
from app.auth.returning import safe_path
from app.businesses.finding import find_business
from app.businesses.models import Business
from app.core import clock, hx
from app.core.db import db
from app.customers.favouring import favour, forget_favourite


@bp.post("/favourites/<shop>")
def create_favourite(shop: str) -> Response:
    """Remember an open business, and back to its page."""
    favour(current_user.id, _load(shop).id, now=clock.now())
    db.session.commit()
    return _back()


@bp.post("/favourites/<shop>/removal")
def create_favourite_removal(shop: str) -> Response:
    """Remember it no longer."""
    forget_favourite(current_user.id, _load(shop).id)
    db.session.commit()
    return _back()


def _load(slug: str) -> Business:
    business = find_business(slug)
    if business is None or business.status != "open":
        abort(404)
    return business


def _back() -> Response:
    return hx.go_to(safe_path(request.form.get("next")) or url_for(".index"))
