"""How many places one date of a class has."""

from functools import partial
from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _

from app.appointments.class_dates import change_places
from app.appointments.forms.class_date import PlacesForm
from app.appointments.impact.around import Around
from app.appointments.models import Appointment
from app.appointments.routes.class_dates import bp, decide, load, page_of
from app.businesses.guards import needs_role
from app.businesses.models import Business
from app.core.db import retrying
from app.impact_page import with_impact


@bp.post("/places")
@needs_role("manager")
@retrying
def update_places(service_id: int, date_id: int) -> Response:
    """Let this one date have more places or fewer."""
    service, date = load(service_id, date_id)
    form = PlacesForm()
    if not form.validate():
        return page_of(service, date, 422, places=form)
    act = partial(_change, places=form.places.data, version=form.version)
    return decide(service, date, act, _("This date has %(n)s places now.", n=form.places.data), places=form)


def _change(business: Business, date: Appointment, **how: Any) -> None:
    """Where there are more people than places by it, what becomes of them is asked first."""
    around = Around(service_id=date.service_id, within=(date.starts_at, date.ends_at))
    back = url_for(".show", service_id=date.service_id, date_id=date.id)
    with_impact(partial(change_places, business, date, **how), around, back)
