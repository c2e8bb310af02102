"""The page only bin/bench has: the bare one that all others are measured by."""

from collections.abc import Mapping

from flask import Blueprint, Flask, abort, render_template

from app import create_app
from app.businesses.models import Business
from app.config import settings_from
from app.core.db import db

bp = Blueprint("bench", __name__, url_prefix="/bench")


@bp.get("/bare/<id:business_id>")
def bare(business_id: int) -> str:
    """The layout of the public pages and one SELECT by key: what nearly every page costs before it does anything."""
    business = db.session.get(Business, business_id) or abort(404)
    return render_template("layouts/public.html", business=business)


def bench_app(environ: Mapping[str, str]) -> Flask:
    """Daybook as it is, and this page."""
    app = create_app(settings_from(environ))
    app.register_blueprint(bp)
    return app
