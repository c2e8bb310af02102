"""Which messages a business does not send at all, said beside their words."""

from flask import Response, abort, flash, g, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying
from app.notifications.kinds import kinds_with_wordings
from app.notifications.leaving_out import set_sent
from app.notifications.routes.wordings import bp


@bp.post("/<name>/<any(email, sms):way>/omission")
@needs_role("manager")
@retrying
def create_omission(name: str, way: str) -> Response:
    """Send none of these messages from now on."""
    _check(name, way)
    set_sent(g.business.id, name, way, sent=False, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("These messages are not sent any more."), "good")
    return hx.go_to(url_for(".index"))


@bp.post("/<name>/<any(email, sms):way>/resumption")
@needs_role("manager")
@retrying
def create_resumption(name: str, way: str) -> Response:
    """Send them again."""
    _check(name, way)
    set_sent(g.business.id, name, way, sent=True, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("These messages are sent again."), "good")
    return hx.go_to(url_for(".index"))


def _check(name: str, way: str) -> None:
    """404 for messages that there are none of, or that every business sends."""
    kind = kinds_with_wordings().get(name)
    if kind is None or not kind.optional or way not in kind.wordings:
        abort(404)
