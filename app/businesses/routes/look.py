"""The colour, the logo and the cover of a business."""

from flask import Response, g

from app.auth.guards import actor
from app.businesses.branding import change_look
from app.businesses.forms.look import LookForm, swatch
from app.businesses.guards import needs_role
from app.businesses.routes.settings import bp, form_page, saved
from app.core import clock
from app.core.db import db, retrying
from app.core.errors import DomainError
from app.core.files import takes_files


@bp.get("/look")
@needs_role("manager")
def edit_look() -> Response:
    """The colour, the logo and the cover picture."""
    return _look(LookForm(g.business))


@bp.post("/look")
@takes_files
@needs_role("manager")
@retrying
def update_look() -> Response:
    """Keep the colour and the pictures."""
    form = LookForm(g.business)
    if not form.validate():
        return _look(form, 422)
    try:
        change_look(g.business, form.brand_hue.data, form.pictures, by=actor(), now=clock.now())
    except DomainError as refused:
        db.session.rollback()
        return _look(form.refuse(refused), refused.status)
    db.session.commit()
    return saved(".edit_look")


def _look(form: LookForm, status: int = 200) -> Response:
    return form_page("look", form, status, now=swatch(g.business.brand_hue))
