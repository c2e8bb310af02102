"""The pages only bin/bench has: the bare ones that all others are measured by, on our site and in a frame."""

from collections.abc import Mapping

from flask import Blueprint, Flask, abort, render_template

from app import create_app
from app.assets import asset
from app.businesses.models import Business
from app.config import settings_from
from app.core.db import db
from app.widget.routes import bp as widget

bp = Blueprint("bench", __name__, url_prefix="/bench")
framed = Blueprint("bench", __name__)
# Next to nothing: a sentence, a style and a script of a few bytes, in the order and with the headers of the widget.
FRAME = """<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Bare</title>
    <link rel="stylesheet" href="{style}">
    <script src="{script}" defer></script>
  </head>
  <body><div data-frame><h1>Book an appointment</h1></div></body>
</html>
"""


@bp.get("/bare/<id:business_id>")
def bare(business_id: int) -> str:
    """The layout of the public pages and one SELECT by key: what nearly every page costs before it does anything."""
    business = db.session.get(Business, business_id) or abort(404)
    return render_template("layouts/public.html", business=business)


@framed.get("/bench")
def bare_frame(slug: str) -> str:
    """A document, a style and a script, which is the least a widget can be, at a door that knows whose frame it is."""
    return FRAME.format(style=asset("css/00-layers.css"), script=asset("js/frame.js"))


widget.register_blueprint(framed)


def bench_app(environ: Mapping[str, str]) -> Flask:
    """Daybook as it is, and these pages."""
    app = create_app(settings_from(environ))
    app.register_blueprint(bp)
    return app
