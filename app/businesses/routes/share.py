"""What a business hangs up, sends and prints, so that people find its booking page."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, g, render_template, request, url_for

from app.businesses.guards import members_only
from app.businesses.paper_sizes import SIZES, sizes_of
from app.core import clock
from app.core.limits import limiter
from app.sharing import picture_shared, whole

bp = Blueprint("share", __name__, url_prefix="/manage/<slug>")
bp.before_request(members_only)
# A drawing takes longer than a page.
_drawn = limiter.limit("60 per minute")


@bp.get("/share")
def show() -> str:
    """The short link, the poster and the code, and how the link looks where it is sent."""
    image, is_large = picture_shared(g.business)
    return render_template(
        "businesses/share.html",
        business=g.business,
        link=_link(),
        host=urlsplit(_link()).netloc,
        sizes=sizes_of(g.business.country),
        image=image,
        is_large=is_large,
    )


@bp.get("/poster.pdf")
@_drawn
def poster() -> Response:
    """The poster as PDF: ?size=a4, a5 or letter; without it, what printers in this country hold."""
    # Megabytes in every web process, for a sheet that few ask for.
    from app.businesses.poster import poster as drawn

    size = request.args.get("size") or sizes_of(g.business.country)[0]
    if size not in SIZES:
        abort(404)
    body = drawn(g.business, _link(), size, made_at=clock.now())
    return _file(body, "application/pdf", f"poster-{size}.pdf", is_shown=True)


@bp.get("/qr.svg")
@_drawn
def code_svg() -> Response:
    """The code alone, to be drawn at any size."""
    from app.core.qr_codes import as_svg

    return _file(as_svg(_link()), "image/svg+xml", "qr.svg", is_shown="download" not in request.args)


@bp.get("/qr.png")
@_drawn
def code_png() -> Response:
    """The code alone, as dots."""
    from app.core.qr_codes import as_png

    return _file(as_png(_link()), "image/png", "qr.png", is_shown="download" not in request.args)


def _link() -> str:
    return whole(url_for("short_links.show", code=g.business.short_code))


def _file(body: bytes, mimetype: str, name: str, *, is_shown: bool) -> Response:
    response = Response(body, content_type=mimetype)
    how = "inline" if is_shown else "attachment"
    response.headers["Content-Disposition"] = f'{how}; filename="{g.business.slug}-{name}"'
    return response
