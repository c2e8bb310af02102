"""Two appointments change places."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from app.appointments.changing import ChangedMeanwhile
from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Appointment
from app.appointments.relaying import Circumstances, Piece, Place, lay_down, take_up, without_holds
from app.appointments.settling import settle
from app.appointments.subjects import places_of
from app.appointments.telling import tell_moved
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.schedule.allocating import heal, release
from app.schedule.verdict import Refusal


def swap(
    business: Business,
    one: Appointment,
    other: Appointment,
    *,
    versions: tuple[int, int],
    despite: Collection[Refusal] = (),
    by: Actor,
    now: datetime,
    reason: str | None = None,
    tell: bool | None = None,
    back: bool = False,
) -> None:
    """Let two appointments exchange their starts and their people; each keeps its length and all else it takes.

    All or nothing, with the errors of `move`. `versions` are those on the page, so that doing it twice does not undo
    it: the second time raises ChangedMeanwhile. `tell` and `back` as in `move`.
    Where their starts differ, what somebody holds in either is let go.
    """
    lock_schedule(business.id)
    expire_dead_holds(business.id, now)
    first, second = take_up(business, one), take_up(business, other)
    if (one.version, other.version) != versions or one.id == other.id:
        raise ChangedMeanwhile
    moves = [(first, _at(first, second.place)), (second, _at(second, first.place))]
    noted = {"told": tell, "back": back or None}
    both = Circumstances(by, now, reason, despite, [one.id, other.id], {**noted, "swapped": other.id})
    with db.session.begin_nested():
        first_move, second_move = without_holds(business, moves, now)
        for appointment_id in both.moving:
            release(business.id, appointment_id)
        bookings = [*first_move[0].bookings, *second_move[0].bookings]
        was = places_of(bookings)
        lay_down(business, *first_move, both)
        # What the first takes by now is in the way of the second.
        of_other = {**noted, "swapped": one.id}
        lay_down(business, *second_move, replace(both, moving=[other.id], noted=of_other))
    settle(business.id, one.id, other.id)
    heal(business.id, now)
    tell_moved(business, bookings, was, by=by, now=now, tell=tell)


def _at(piece: Piece, place: Place) -> Place:
    return Place(place.start, place.start + piece.shape.minutes, place.person)
