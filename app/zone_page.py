"""Before the clock of a business is put to another zone it is asked what stays of all that is ahead of it."""

from collections.abc import Callable
from typing import Literal, TypeVar

from flask import abort, g, make_response, render_template, request
from flask_babel import gettext as _

from app.appointments.expiring import expire_dead_holds
from app.appointments.impact.around import Around
from app.appointments.keeping_zones import AtStake, at_stake
from app.businesses.changing import Keeping
from app.businesses.locking import lock_schedule
from app.core import clock
from app.core.db import db, undo
from app.impact_fields import sent_again
from app.impact_page import with_impact

T = TypeVar("T")
# The form of the settings has no field that begins like this.
MINE = "zone-"
SEEN, KEEP, TELL = (f"{MINE}{it}" for it in ("seen", "keep", "tell"))


def with_zone(act: Callable[[Keeping | None], T], zone: str) -> T:
    """Do an act that puts the clock of the business to this zone, with what was decided to stay of what is ahead.

    Nothing is committed. Where that was not decided yet, the request ends with the page that asks (409); so it does
    where hours, which go by the clock, do not cover what is booked by the other one. Raises what the act raises.
    """
    if zone == g.business.zone:
        return act(None)
    lock_schedule(g.business.id)
    db.session.refresh(g.business)
    now = clock.now()
    expire_dead_holds(g.business.id, now)
    stake = at_stake(g.business, zone, now)
    keeping = _decided(stake, zone) if stake else None
    return with_impact(lambda: act(keeping), Around())


def _decided(stake: AtStake, zone: str) -> Keeping:
    """What was chosen; where nothing was, or something else was shown, the request ends with the page that asks."""
    chosen, seen = request.form.get(KEEP), request.form.get(SEEN)
    known: dict[str | None, Literal["clock", "moment"]] = {"clock": "clock", "moment": "moment"}
    if seen == stake.mark and chosen in known:
        return Keeping(known[chosen], tell=TELL in request.form)
    problem, status = None, 409
    if seen == stake.mark:
        problem, status = _("Please choose one of the two."), 422
    elif seen:
        problem = _("Somebody booked, moved or cancelled meanwhile. Please look at this again.")
    undo()
    page = _page(stake, zone, problem=problem, chosen=chosen, tells=TELL in request.form or not seen)
    return abort(make_response(page, status))


def _page(stake: AtStake, zone: str, **more: object) -> str:
    was, original = g.business.zone, list(sent_again(request.form, MINE))
    return render_template(
        "appointments/impact/zone.html", stake=stake, was=was, zone=zone, original=original, **more
    )
