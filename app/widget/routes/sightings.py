"""Where the script of the widget says how it did on a page of a website.

Nothing of whoever looked at that page is kept or logged: only the website, one word, and when. A browser says by itself
which website a page belongs to, so no page can speak for another.
"""

from urllib.parse import urlsplit

from flask import Response, abort, g, make_response, request

from app.core import clock
from app.core.db import db, retrying
from app.core.limits import limiter
from app.sharing import home_origin
from app.sites.seeing import see
from app.widget.routes.blueprint import bp

# A visitor sends one for each page they open; the second limit is for all who write of one business.
SO_OFTEN = "30 per minute"
OF_ONE_BUSINESS = "600 per minute"


def _business() -> str:
    return f"sightings of {(request.view_args or {}).get('slug')}"


@bp.post("/sightings")
@limiter.limit(SO_OFTEN)
@limiter.limit(OF_ONE_BUSINESS, key_func=_business)
@retrying
def create_sighting(slug: str) -> Response:
    """What the script sends from the page it stands on."""
    _note(request.headers.get("Origin", ""), request.form.get("origin", ""), request.form.get("state", ""))
    return make_response("", 204)


@bp.get("/sightings.js")
@limiter.limit(SO_OFTEN)
@limiter.limit(OF_ONE_BUSINESS, key_func=_business)
@retrying
def note_sighting(slug: str) -> Response:
    """The same as an empty script, where a website lets nothing but our script out."""
    _note(_origin_of(request.referrer or ""), request.args.get("origin", ""), request.args.get("state", ""))
    answer = make_response("", 200)
    answer.mimetype = "text/javascript"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _note(origin: str, said: str, state: str) -> None:
    """Keep what was said, if the browser says the same of where the page belongs."""
    if "business" not in g:
        abort(404)
    if origin and origin == said:
        see(g.business, origin, state, home=home_origin(), now=clock.now())
        db.session.commit()


def _origin_of(address: str) -> str:
    """The origin of a page, in capitals or not as the browser wrote it; "" where it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
