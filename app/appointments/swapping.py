"""Two appointments change places."""

from collections.abc import Collection
from datetime import datetime

from app.appointments.changing import ChangedMeanwhile
from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Appointment
from app.appointments.relaying import Circumstances, Piece, Place, lay_down, take_up
from app.appointments.settling import settle
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
) -> None:
    """Let two appointments exchange their starts and their people; each keeps its length and all else it takes.

    All or nothing, with the errors of `move`. `versions` are those on the page, so that doing it twice does not undo
    it: the second time raises ChangedMeanwhile.
    """
    lock_schedule(business.id)
    expire_dead_holds(business.id, now)
    pieces = take_up(business, one), take_up(business, other)
    if (one.version, other.version) != versions or one.id == other.id:
        raise ChangedMeanwhile
    ids = [one.id, other.id]
    given = Circumstances(by, now, reason, despite, ids)
    with db.session.begin_nested():
        for appointment_id in ids:
            release(business.id, appointment_id)
        for piece, to in (pieces, pieces[::-1]):
            lay_down(business, piece, _at(piece, to.place), given)
    settle(business.id, *ids)
    heal(business.id, now)


def _at(piece: Piece, place: Place) -> Place:
    return Place(place.start, place.start + piece.shape.minutes, place.person)
