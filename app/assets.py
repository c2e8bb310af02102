"""Styles, scripts and pictures under hashed addresses, so that browsers may keep them for a year.

`css/app.css` is the files of static/css put together in the order of their names, and `css/manage.css` those of
static/css/manage, which only the members' rooms need; nothing is built.
"""

import functools
import gzip
import hashlib
import mimetypes
import re

from flask import Blueprint, Flask, Response, abort, request

from app.compression import WORTH
from app.config import ROOT

STATIC = ROOT / "static"
BUNDLES = {"css/app.css": "css", "css/manage.css": "css/manage"}
bp = Blueprint("assets", __name__)


def init_assets(app: Flask) -> None:
    """Offer `asset('css/app.css')` to templates."""
    if app.debug:
        app.before_request(forget)
    app.jinja_env.globals["asset"] = asset
    app.register_blueprint(bp)


def asset(name: str) -> str:
    """The hashed address of a file below static/. Raises FileNotFoundError."""
    return f"/assets/{digest(name)}/{name}"


@bp.get("/assets/<version>/<path:name>")
def show(version: str, name: str) -> Response:
    """A file, kept for a year when its hash is the current one."""
    try:
        known = digest(name)
    except OSError:
        abort(404)
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = mimetype in WORTH and request.accept_encodings.quality("gzip") > 0
    response = Response(compressed(name) if packed else body(name), mimetype=mimetype)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    fresh = version == known
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    return response


@bp.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for this address by themselves."""
    return show(digest("favicon.svg"), "favicon.svg")


@functools.cache
def body(name: str) -> bytes:
    """The bytes of a file below static/; FileNotFoundError for anything else."""
    if name in BUNDLES:
        css = "\n".join(path.read_text() for path in sorted((STATIC / BUNDLES[name]).glob("*.css")))
        return re.sub(r"url\(\"\.\./([^\")]+)\"\)", hashed_url, css).encode()
    path = (STATIC / name).resolve()
    # A file has one name only, or each way to spell its path would be kept in memory.
    if STATIC not in path.parents or path.relative_to(STATIC).as_posix() != name or not path.is_file():
        raise FileNotFoundError(name)
    return path.read_bytes()


@functools.cache
def compressed(name: str) -> bytes:
    """The same, as small as it gets: it is done once."""
    return gzip.compress(body(name), 9, mtime=0)


@functools.cache
def digest(name: str) -> str:
    """Twelve hex digits that change when the file does."""
    return hashlib.sha256(body(name)).hexdigest()[:12]


def hashed_url(match: re.Match[str]) -> str:
    """The address of a font or picture a style names, relative to /assets/<version>/css/."""
    name = match[1]
    return f'url("{asset(name)}")'


def forget() -> None:
    """While developing, read the files again for each page."""
    body.cache_clear()
    compressed.cache_clear()
    digest.cache_clear()
