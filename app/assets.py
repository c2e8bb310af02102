"""Styles, scripts and pictures under hashed addresses, so that browsers may keep them for a year.

`css/app.css` is the files of static/css put together in the order of their names, `css/manage.css` those of
static/css/manage, which only the members' rooms need, and `css/orders.css` those of the pages on which customers order.
The widget has one style and one script, of what its pages need.
Nothing is built: what is put together loses its comments and indentation when it is first asked for.
"""

import functools
import gzip
import hashlib
import mimetypes
import re
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, request

from app.compression import WORTH
from app.config import ROOT
from app.shortening import short_script, short_style

STATIC = ROOT / "static"
# What the pages of the widget do without: letters of our own, the pages of our own site and their parts, and paper.
NOT_IN_WIDGET = (
    *("*-fonts", "*-page", "*-logo", "*-switch", "*-affix", "*-filter-chips"),
    *("*-menu", "*-navigation", "*-details-list", "*-sign-in", "*-site"),
    *("*-search", "*-sign-up", "*-storefront", "*-waitlist", "*-print", "*-reviews"),
)
SYMBOL = r'<symbol id="([^"]+)"[^>]*>(.*?)</symbol>'
BUNDLES = {
    "css/app.css": ["css/*.css"],
    "css/manage.css": ["css/manage/*.css"],
    "css/orders.css": ["css/orders/*.css"],
    "css/widget.css": ["css/*.css", "css/widget/*.css"],
    "js/app.js": ["js/app.js", "js/members.js"],
    "js/widget.js": ["js/widget.js"],
    "js/widget-page.js": ["vendor/htmx.min.js", "vendor/idiomorph-ext.min.js", "js/app.js", "js/frame.js"],
}
bp = Blueprint("assets", __name__)


def init_assets(app: Flask) -> None:
    """Offer `asset('css/app.css')` to templates."""
    if app.debug:
        app.before_request(forget)
    app.jinja_env.globals |= {"asset": asset, "symbol": symbol}
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
    response = file_answer(name)
    fresh = version == known
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fresh else "no-cache"
    return response


def file_answer(name: str) -> Response:
    """A file below static/, packed where the browser can unpack it. Raises FileNotFoundError."""
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = mimetype in WORTH and request.accept_encodings.quality("gzip") > 0
    response = Response(compressed(name) if packed else body(name), mimetype=mimetype)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    # A website loads the widget's script from elsewhere, and a frame that is kept apart, also from us, all it needs.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@bp.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for this address by themselves."""
    return show(digest("favicon.svg"), "favicon.svg")


@functools.cache
def body(name: str) -> bytes:
    """The bytes of a file below static/; FileNotFoundError for anything else."""
    if name in BUNDLES:
        text = "\n".join(map(shortened, parts_of(name)))
        return re.sub(r"url\(\"\.\./([^\")]+)\"\)", hashed_url, text).encode()
    path = (STATIC / name).resolve()
    # A file has one name only, or each way to spell its path would be kept in memory.
    if STATIC not in path.parents or path.relative_to(STATIC).as_posix() != name or not path.is_file():
        raise FileNotFoundError(name)
    return path.read_bytes()


def parts_of(bundle: str) -> list[Path]:
    """The files of a bundle: those of each pattern by name."""
    found = [path for pattern in BUNDLES[bundle] for path in sorted(STATIC.glob(pattern))]
    left_out = NOT_IN_WIDGET if bundle == "css/widget.css" else []
    return [path for path in found if not any(path.match(f"{it}.css") for it in left_out)]


def shortened(path: Path) -> str:
    """What is in a style or script of ours, without what only people read; those of others stay as they came."""
    text = path.read_text()
    if path.suffix == ".css":
        return short_style(text)
    return text if path.parent.name == "vendor" else short_script(text)


def symbol(name: str) -> str:
    """What is inside an icon of static/icons.svg, for a page that has to bring its icons itself."""
    return symbols()[name]


@functools.cache
def symbols() -> dict[str, str]:
    """Each icon by its name."""
    sprite = body("icons.svg").decode()
    return dict(re.findall(SYMBOL, sprite, re.DOTALL))


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
    symbols.cache_clear()
