"""Uploaded pictures under addresses that never change what they show, so that browsers may keep them."""

from flask import Blueprint, Flask, Response, abort

from app.core import files

bp = Blueprint("media", __name__)


def init_media(app: Flask) -> None:
    """Offer `picture(key)` and `picture(key, small=true)` to templates: the address of a picture."""
    app.jinja_env.globals["picture"] = picture
    app.register_blueprint(bp)


def picture(key: str, small: bool = False) -> str:
    """The address of an uploaded picture, within 1280 px or, `small`, within 256 px."""
    return f"/media/{key}{'-small' if small else ''}.webp"


@bp.get("/media/<name>")
def show(name: str) -> Response:
    """A picture, for whoever has its address."""
    body = files.find_file(name)
    if body is None:
        abort(404)
    response = Response(body, mimetype="image/webp")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    # Mails show pictures, and many are read on the pages of others; so is the widget, or in a frame without an origin.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
