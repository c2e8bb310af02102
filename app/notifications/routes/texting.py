"""What a business says about its text messages, on a page of its settings."""

from flask import Blueprint, Response, flash, g, make_response, render_template, url_for
from flask_babel import gettext as _

from app.audit.models import record
from app.auth.guards import actor, checked_only
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying
from app.core.errors import DomainError
from app.core.texting import texting_way
from app.notifications.forms.texting import TextingForm
from app.notifications.limiting import change_texting
from app.notifications.sms.allowance import segments_of_month, settings_of

bp = Blueprint("texting", __name__, url_prefix="/manage/<slug>/settings/texting")
bp.before_request(members_only)


@bp.get("")
@needs_role("manager")
def edit() -> Response:
    """How many text messages, where to and when; and how many of them this month."""
    return _page(_form())


@bp.post("")
@needs_role("manager")
@retrying
def update() -> Response:
    """Keep it."""
    form = _form()
    if not form.validate():
        return _page(form, 422)
    try:
        checked_only()
    except DomainError as refusal:
        return _page(form.refuse(refusal), refusal.status)
    change_texting(g.business.id, form.wish(g.business.country))
    record(
        "business.texting", "business", g.business.id, by=actor(), at=clock.now(), business_id=g.business.id
    )
    db.session.commit()
    flash(_("Saved."), "good")
    return hx.go_to(url_for(".edit"))


def _form() -> TextingForm:
    return TextingForm(settings_of(g.business.id), g.business.country)


def _page(form: TextingForm, status: int = 200) -> Response:
    page = render_template(
        "notifications/texting.html",
        business=g.business,
        form=form,
        way=texting_way(),
        used=segments_of_month(g.business.id, clock.now()),
        limit=settings_of(g.business.id).sms_limit,
    )
    return make_response(page, status)
