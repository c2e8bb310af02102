"""Whose hours a page is about. The blueprint is registered twice: for the business, and for a person or room of it."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, abort, g, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from app.appointments.impact.around import around_days
from app.appointments.upcoming import Listed, bookings_outside
from app.businesses.guards import members_only
from app.core import clock
from app.schedule.keeping import find_resource
from app.schedule.wall_clock import local_date
from app.staff.roster import find_person

P = ParamSpec("P")
R = TypeVar("R")

bp = Blueprint("hours", __name__)
bp.before_request(members_only)


@dataclass(frozen=True, slots=True)
class Whose:
    """The business itself has no `resource_id`. `room` is where it is looked after: hours, staff or rooms."""

    name: str
    room: str = "hours"
    resource_id: int | None = None
    is_me: bool = False


@bp.before_request
def find_whose() -> None:
    """Set `g.whose`, and take what names it out of the handler's arguments. Whom this business does not know: 404."""
    named = request.view_args or {}
    room, resource_id = named.pop("room", "hours"), named.pop("resource_id", None)
    if resource_id is None:
        g.whose = Whose(g.business.name)
        return
    kept = (
        find_person(g.business.id, resource_id)
        if room == "staff"
        else find_resource(g.business.id, resource_id, "space")
    )
    if kept is None:
        abort(404)
    is_me = getattr(kept, "user_id", None) == current_user.id
    g.whose = Whose(kept.name, room, resource_id, is_me)


@bp.url_defaults
def stay_with_them(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses of a person's pages lead to the same person."""
    if endpoint.startswith("own_hours.") and "whose" in g and g.whose.resource_id:
        values.setdefault("room", g.whose.room)
        values.setdefault("resource_id", g.whose.resource_id)


def keepers_only(handler: Callable[P, R]) -> Callable[P, R]:
    """Let managers in, and the person it is about. Others get 403."""

    @functools.wraps(handler)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not (g.whose.is_me or g.membership.is_at_least("manager")):
            abort(403)
        return handler(*args, **kwargs)

    return guarded


def today() -> date:
    """The date where the business is."""
    return local_date(clock.now(), g.business.zone)


def saved(outside: int) -> str:
    """What is said once hours were saved, with so many bookings that lie outside them."""
    if not outside:
        return _("Saved.")
    return ngettext(
        "Saved. %(num)d booking lies outside the new hours and stays.",
        "Saved. %(num)d bookings lie outside the new hours and stay.",
        outside,
    )


def outside_on(day: date) -> Listed:
    """The bookings of a date that lie outside of its hours."""
    within = around_days(g.business, day, day).within
    return bookings_outside(g.business, g.whose.resource_id, now=clock.now(), within=within)
