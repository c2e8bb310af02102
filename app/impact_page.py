"""Any edit that touches the future first shows which bookings it affects, and is saved with what is decided of each.

The change is done, looked at, and undone where it has to be asked about: nothing of it stays in the database
meanwhile. The page sends all of the edit's own fields once more, with the decisions and the mark of what was shown.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Response, abort, g, make_response, render_template, request
from flask_babel import gettext as _

from app.appointments.belonging import people_open_to
from app.appointments.expiring import let_go_in
from app.appointments.impact.affected import Affected, affected, standings
from app.appointments.impact.around import Around
from app.appointments.impact.deciding import Undecided, carry_out
from app.appointments.impact.items import Impact, impact_of
from app.auth.guards import actor
from app.businesses.locking import lock_schedule
from app.core import clock
from app.core.db import db, undo
from app.impact_fields import ImpactFields, choices_for

T = TypeVar("T")


def with_impact(act: Callable[[], T], around: Around, back: str | None = None) -> T:
    """Do an act that changes when and how things can be booked, and what was decided about the bookings it touches.

    `back` is where whoever changes nothing goes, without it the page of this address. Nothing is committed. Where
    something is affected and was not decided about, everything is undone and the request ends with the page that asks:
    409, because what was asked for was not done, and the same form can be sent again with the answer. Raises what the
    act raises.
    """
    lock_schedule(g.business.id)
    now = clock.now()
    before = standings(g.business, around, now)
    done = act()
    db.session.flush()
    found = affected(before, standings(g.business, around, now)) if before else Affected()
    if found.untenable:
        let_go_in(g.business, found.untenable, now)
    if found:
        _decide(found, back or request.path)
    return done


def _decide(found: Affected, back: str) -> None:
    """Do what was decided; what was not, or cannot be, ends the request with the page that asks."""
    fields = ImpactFields(request.form, g.business.zone)
    people, status = people_open_to(g.membership), 409
    if fields.is_decided and not fields.agrees_with(found.fingerprint):
        fields.problem = _("Somebody booked, moved or cancelled meanwhile. Please look at this again.")
    elif fields.is_decided:
        decided = fields.decided(found.troubles)
        if decided is None:
            fields.problem, status = _("Please choose something from the list."), 422
        else:
            try:
                with db.session.begin_nested():
                    carry_out(
                        g.business, decided, tell=fields.tell, people=people, by=actor(), now=clock.now()
                    )
                return
            except Undecided as refused:
                fields.refused[refused.appointment_id] = str(refused.refusal.message)
    impact = impact_of(g.business, found, clock.now(), people)
    undo()
    abort(_page(impact, fields, back, status))


def _page(impact: Impact, fields: ImpactFields, back: str, status: int) -> Response:
    page = render_template(
        "appointments/impact/page.html",
        impact=impact,
        fields=fields,
        back=back,
        choices_for=choices_for,
        loses_file=any(it.filename for it in request.files.values()),
    )
    return make_response(page, status)
