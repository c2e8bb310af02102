"""Moving an appointment: to another time, to another length, to another person."""

from collections.abc import Collection
from datetime import datetime

from app.appointments.changing import ChangedMeanwhile
from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Appointment
from app.appointments.refusals import ImpossibleLength
from app.appointments.relaying import Circumstances, Place, lay_down, take_up, without_holds
from app.appointments.settling import settle
from app.appointments.subjects import places_of
from app.appointments.telling import tell_moved
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.schedule.allocating import heal, release
from app.schedule.verdict import Refusal


def move(
    business: Business,
    appointment: Appointment,
    *,
    start: int | None = None,
    end: int | None = None,
    person_id: int | None = None,
    version: int | None = None,
    despite: Collection[Refusal] = (),
    by: Actor,
    now: datetime,
    reason: str | None = None,
    tell: bool | None = None,
    back: bool = False,
) -> None:
    """Give an appointment, or a date of a class with all who are in it, other times (epoch minutes) or a stand-in.

    Without `start` it begins when it does, without `end` it stays as long as it is, without `person_id` with whom it
    is; its own old time is never in the way. Everything else it was made with it keeps. Where it is already, it stays,
    and nothing is written. What somebody holds in a class date that begins at another time is let go.

    `version` is the one on the page somebody decided by. `despite` are the refusals a member sets aside, none for
    anybody else. `tell` is what they decided about telling the customers; who moves their own is told that it is done.
    `back` says that it only returns to where it was.
    Raises ChangedMeanwhile, AlreadyOver, StillBeingBooked, ImpossibleLength, SlotTaken or NotOffered;
    then it is where it was.
    """
    lock_schedule(business.id)
    expire_dead_holds(business.id, now)
    piece = take_up(business, appointment)
    begin = piece.place.start if start is None else start
    to = Place(
        begin,
        begin + piece.shape.minutes if end is None else end,
        piece.place.person if person_id is None else person_id,
    )
    if to == piece.place:
        return
    if version is not None and version != appointment.version:
        raise ChangedMeanwhile
    if to.end <= to.start:
        raise ImpossibleLength
    given = Circumstances(by, now, reason, despite, [appointment.id], {"told": tell, "back": back or None})
    with db.session.begin_nested():
        [(piece, to)] = without_holds(business, [(piece, to)], now)
        release(business.id, appointment.id)
        was = places_of(piece.bookings)
        lay_down(business, piece, to, given)
    settle(business.id, appointment.id)
    heal(business.id, now)
    tell_moved(business, piece.bookings, was, by=by, now=now, tell=tell)
