"""Whether customers are asked how it was, said beside what else they hear after a visit."""

from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _

from app.appointments.routes.reminders import bp
from app.auth.guards import actor
from app.businesses.guards import needs_role
from app.core import clock, hx
from app.core.db import db, retrying
from app.notifications.leaving_out import set_asking


@bp.post("/review-invitations")
@needs_role("manager")
@retrying
def update_review_invitations() -> Response:
    """Ask for reviews from now on, or ask nobody."""
    asks = request.form.get("asks") == "yes"
    set_asking(g.business.id, asks=asks, by=actor(), now=clock.now())
    db.session.commit()
    flash(
        _("Customers are asked for a review.") if asks else _("Customers are not asked for reviews."), "good"
    )
    return hx.go_to(url_for(".index"))
