"""What it costs with a code."""

from flask import Response, request, url_for

from app.appointments.flow.routes.blueprint import bp
from app.appointments.flow.routes.details import contact_form, details_page, load_held, may_try
from app.core import hx
from app.core.limits import limiter


@bp.get("/book/<hold>/price")
def priced(hold: str) -> Response:
    """Where the address bar stays after a code was looked at without a script."""
    return hx.go_to(url_for(".details", hold=hold, flow=request.args.get("flow")))


@bp.post("/book/<hold>/price")
@limiter.limit("30 per minute")
def price(hold: str) -> Response:
    """What it costs with the code that was typed. Nothing is kept but the form, as it is."""
    form = contact_form(load_held(hold))
    return details_page(form, 200 if may_try(form) else 429, "appointments/flow/_price.html")
