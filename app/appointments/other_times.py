"""The other times a customer can move a visit to, as the page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.appointments.choosing import Choice, Chosen
from app.appointments.models import Booking
from app.appointments.moving_visits import Moving
from app.appointments.offering import Offer, offer
from app.appointments.rescheduling import begin_of, is_of_class
from app.businesses.models import Business
from app.core.db import db
from app.services.models import Service
from app.staff.team import Performer, performers_of


@dataclass(frozen=True, slots=True)
class Movable:
    """What is left of a visit, to be moved: its services, in its order, and who does them.

    `moving` is None for places in a class, which happens when it happens.
    """

    bookings: Sequence[Booking]
    services: Sequence[Service]
    people: Sequence[Sequence[Performer]]
    moving: Moving | None

    @property
    def may_be_anyones(self) -> bool:
        """Whether somebody else could do a part that the customer left to us."""
        return self.moving is not None and any(
            it.performer not in it.asked and {person.id for person in able} != {it.performer}
            for it, able in zip(self.moving.shapes, self.people, strict=True)
        )

    @property
    def needs_anyone(self) -> bool:
        """Whether whoever has a part does this no more, so that only somebody else could."""
        return self.moving is not None and any(
            it.performer not in it.asked and bool(able) and it.performer not in {person.id for person in able}
            for it, able in zip(self.moving.shapes, self.people, strict=True)
        )

    @property
    def names(self) -> list[str]:
        """Who has it now, each once."""
        return list(dict.fromkeys(it.performer_name for it in self.bookings if it.performer_name))


def movable(bookings: Sequence[Booking]) -> Movable:
    """The live bookings of a visit as something to be moved. Three statements."""
    business_id, ids = bookings[0].business_id, [it.appointment.service_id for it in bookings]
    found = select(Service).where(Service.business_id == business_id, Service.id.in_(ids))
    services = {it.id: it for it in db.session.scalars(found)}
    people = performers_of(business_id, set(ids))
    moving = None if is_of_class(bookings) else Moving.of(bookings)
    return Movable(bookings, [services[it] for it in ids], [people[it] for it in ids], moving)


def choice_of(
    visit: Movable,
    *,
    anyone: bool = False,
    day: date | None = None,
    month: date | None = None,
    start: int | None = None,
    zone: str | None = None,
) -> Choice:
    """The visit as the choice of somebody who books it anew; `zone` is the clock of the reader, if not the shop's."""
    moving = _with(visit, anyone)
    asked = moving.people if moving else [None] * len(visit.bookings)
    parts = zip(visit.bookings, visit.services, visit.people, asked, strict=True)
    return Choice(
        parts=tuple(
            Chosen(service, tuple(able), _person(person, booking, able), booking.guest)
            for booking, service, able, person in parts
        ),
        together=bool(moving and moving.together),
        places=visit.bookings[0].places,
        day=day,
        month=month,
        start=start,
        zone=zone,
    )


def other_times(
    business: Business, visit: Movable, choice: Choice, now: datetime, *, anyone: bool = False
) -> Offer:
    """The times the visit could be moved to: where it is now is none of them, and in nobody's way."""
    return offer(business, choice, now, moving=_with(visit, anyone), besides=begin_of(visit.bookings))


def _with(visit: Movable, anyone: bool) -> Moving | None:
    moving = visit.moving
    return Moving(moving.bookings, moving.shapes, anyone) if moving else None


def _person(person: int | None, booking: Booking, able: Sequence[Performer]) -> Performer | None:
    """Who is asked for; of a room, or of somebody who left, there is the name that was booked."""
    if person is None:
        return None
    gone = Performer(person, booking.performer_name or "", None, 0)
    return next((it for it in able if it.id == person), gone)
