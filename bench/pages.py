"""The pages only bin/bench has: the bare one that all others are measured by, and a month until there is a real one."""

from collections.abc import Mapping

from flask import Blueprint, Flask, abort, render_template

from app import create_app
from app.businesses.finding import find_public_business
from app.businesses.models import Business
from app.config import settings_from
from app.core import clock
from app.core.db import db
from bench.engine import room_of_month

bp = Blueprint("bench", __name__, url_prefix="/bench", template_folder="templates")


@bp.get("/bare/<id:business_id>")
def bare(business_id: int) -> str:
    """The layout of the public pages and one SELECT by key: what nearly every page costs before it does anything."""
    business = db.session.get(Business, business_id) or abort(404)
    return render_template("layouts/public.html", business=business)


@bp.get("/month/<slug>/<id:service>")
def month(slug: str, service: int) -> str:
    """Which days of the next month have room, with anybody."""
    business = find_public_business(slug) or abort(404)
    days = room_of_month(business, service, clock.now())
    return render_template("bench/month.html", business=business, service=service, days=days)


def bench_app(environ: Mapping[str, str]) -> Flask:
    """Daybook as it is, and these pages."""
    app = create_app(settings_from(environ))
    app.register_blueprint(bp)
    return app
