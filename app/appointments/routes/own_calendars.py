"""A visit for the calendar of its customer."""

from flask import Response, g

from app.appointments.routes.bookings import bp, link_of, load_visit
from app.core import clock


@bp.get("/bookings/<token>/calendar.ics")
def show_calendar(token: str) -> Response:
    """The same for a calendar program."""
    # Megabytes in every web process, for a file that few ask for.
    from app.appointments.calendar_file import calendar_file

    receipt = load_visit(token)
    body = calendar_file(g.business, receipt, link=link_of(token), now=clock.now())
    response = Response(body, content_type="text/calendar; charset=utf-8")
    name = f"{g.business.slug}-{receipt.first.local_start:%Y-%m-%d}.ics"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
