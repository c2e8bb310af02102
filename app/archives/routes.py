"""All that a business has, to take along; and its end."""

from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from app.appointments.upcoming import bookings_ahead
from app.archives.ending import GRACE, end_business, keep_business
from app.archives.forms import EndForm
from app.archives.jobs import write_archives
from app.audit.models import record
from app.auth.guards import actor, proved_only
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx, parcels
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.jobs import enqueue_after_commit

bp = Blueprint("archives", __name__, url_prefix="/manage/<slug>/data")
bp.before_request(members_only)


@bp.get("")
@needs_role("owner")
def index() -> Response:
    """The archives there are, and how a business ends."""
    if hx.wants_partial():
        return make_response(render_template("archives/_shelf.html", parcels=_parcels()))
    return _page(EndForm())


@bp.post("/archives")
@needs_role("owner")
@proved_only
@retrying
def create_archive() -> Response:
    """Ask for one. While one is being written there is no other."""
    if all(it.is_made for it in _parcels()):
        record(
            "business.exported",
            "business",
            g.business.id,
            by=actor(),
            at=clock.now(),
            business_id=g.business.id,
        )
        parcels.ask_for(g.business.id, str(get_locale() or ""))
        enqueue_after_commit(write_archives)
        db.session.commit()
    return hx.go_to(url_for(".index"))


@bp.get("/archives/<name>")
@needs_role("owner")
@proved_only
def show_archive(name: str) -> Response:
    """The file itself."""
    path = parcels.find_parcel(g.business.id, name) or abort(404)
    response = Response(_pieces(path), mimetype="application/zip")
    name = f"daybook-{g.business.slug}-{clock.now():%Y-%m-%d}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.content_length = path.stat().st_size
    return response


@bp.post("/end")
@needs_role("owner")
@proved_only
@retrying
def create_end() -> Response:
    """Close it now, delete it later."""
    form = EndForm()
    if not form.validate():
        return _page(form, 422)
    try:
        end_business(g.business, str(form.word.data), by=actor(), now=clock.now())
    except DomainError as refused:
        undo()
        return _page(form.refuse(refused), refused.status)
    db.session.commit()
    return hx.go_to(url_for(".index"))


@bp.post("/end/removal")
@needs_role("owner")
@retrying
def create_end_removal() -> Response:
    """Keep it after all."""
    keep_business(g.business, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("It stays. Its page is still closed; open it on the page of today."), "good")
    return hx.go_to(url_for(".index"))


def _page(form: EndForm, status: int = 200) -> Response:
    page = render_template(
        "archives/index.html",
        business=g.business,
        form=form,
        parcels=_parcels(),
        grace_days=GRACE.days,
        ahead=bookings_ahead(g.business.id, since=clock.now()).count,
    )
    return make_response(page, status)


def _pieces(path: Path) -> Iterator[bytes]:
    """A file that may be larger than memory."""
    with path.open("rb") as file:
        while piece := file.read(64 * 1024):
            yield piece


def _parcels() -> list[parcels.Parcel]:
    return parcels.parcels_of(g.business.id)
