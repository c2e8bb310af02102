"""What a member is told of what customers do."""

from flask import Blueprint, Response, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.appointments.forms.reminders import NoticesForm
from app.appointments.notices import keep_notices
from app.auth.guards import actor
from app.businesses.guards import members_only
from app.core import clock, hx
from app.core.db import db
from app.orders.checking_out import order_settings

bp = Blueprint("notices", __name__, url_prefix="/manage/<slug>/settings/notices")
bp.before_request(members_only)


@bp.get("")
def edit() -> Response:
    """What the member who is signed in wants to be told."""
    return _page(_form())


@bp.post("")
def update() -> Response:
    """Keep it; of anybody else nothing changes."""
    form = _form()
    if not form.validate():
        return _page(form, 422)
    keep_notices(g.membership, form.chosen, by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Saved."), "good")
    return hx.go_to(url_for(".edit"))


def _form() -> NoticesForm:
    return NoticesForm(g.membership, takes_orders=order_settings(g.business.id) is not None)


def _page(form: NoticesForm, status: int = 200) -> Response:
    return make_response(render_template("appointments/settings/notices.html", form=form), status)
