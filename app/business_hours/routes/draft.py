"""A week out of pasted text, shown in the form of the week for checking. Nothing is saved."""

from flask import Response

from app.business_hours.forms.pasting import PastingForm
from app.business_hours.routes.week import week_form, week_page
from app.business_hours.routes.whose import bp
from app.businesses.guards import needs_role


@bp.post("/draft")
@needs_role("manager")
def create_draft() -> Response:
    """Fill the form with what was read; without that it stays as it was sent."""
    form, pasting = week_form(), PastingForm()
    if not pasting.validate():
        return week_page(form, 422, pasting)
    pasting.fill(form)
    return week_page(form, pasting=pasting)
