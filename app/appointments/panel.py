"""All that a member sees of one appointment: who comes, what it takes, what can be done next, what belongs to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from app.appointments.agreeing import agreed
from app.appointments.finding import bookings_of_visit
from app.appointments.finishing import CORRECTED_WITHIN
from app.appointments.history import Line, history_of
from app.appointments.models import GIVES_BACK, ON_HOLD, Appointment, Booking, Hold
from app.appointments.paying import due_first
from app.businesses.models import Business
from app.core.db import db
from app.customers.models import Customer
from app.schedule.business_days import business_day
from app.schedule.models import Allocation, Resource
from app.services.models import Service
from app.staff.models import StaffMember

MOST_OF_SERIES = 60
MOVABLE = ("pending_payment", "requested", "confirmed")


@dataclass(frozen=True, slots=True)
class Filler:
    """Who or what fills a need of an appointment; `colour` and `photo` are those of a person."""

    id: int
    name: str
    kind: str
    colour: int | None
    photo: str | None


@dataclass(frozen=True, slots=True)
class Comer:
    """Somebody who comes, or would have, and the `steps` a member can take with their booking now.

    Until `held_until` it is kept for who is typing, who pays, or somebody who waits and was `offered_to`, by name.
    `due` (minor units) is what a request is paid first once it is accepted.
    """

    booking: Booking
    steps: Sequence[str]
    held_until: datetime | None = None
    offered_to: str | None = None
    due: int = 0


@dataclass(frozen=True, slots=True)
class Panel:
    """One appointment and its business `day`.

    `visit` and `series` are the other bookings of its customer's visit and of the series, `recent` is what a
    member did to it a moment ago and can take back.
    """

    appointment: Appointment
    day: date
    service: Service
    fillers: Sequence[Filler]
    comers: Sequence[Comer]
    visit: Sequence[Booking]
    series: Sequence[Booking]
    history: Sequence[Line]
    events: int
    recent: Line | None

    @property
    def bookings(self) -> list[Booking]:
        return [it.booking for it in self.comers]

    @property
    def booking(self) -> Booking | None:
        """The one it was made for; None for a class, or while somebody is typing."""
        named = [it for it in self.bookings if it.customer_id]
        return named[0] if named and not self.appointment.is_class else None

    @property
    def performer(self) -> Filler | None:
        return self.fillers[0] if self.fillers else None

    @property
    def offered(self) -> Comer | None:
        """Whoever is asked whether they want it, where that is all it is kept for."""
        return (
            next((it for it in self.comers if it.offered_to), None) if not self.appointment.is_class else None
        )

    @property
    def can_move(self) -> bool:
        """Whether anything in it is still to come."""
        return self.appointment.live and any(it.status in MOVABLE for it in self.bookings)


def panel_of(business: Business, appointment: Appointment, now: datetime, *, whole: bool = False) -> Panel:
    """The panel of an appointment, with its `whole` history or the latest of it. Ten statements at most."""
    rows = _bookings(appointment, now)
    bookings = [row.booking for row in rows]
    day = business_day(business, appointment.starts_at)
    arriving = _may_arrive(business, appointment, day, now)
    history, events = history_of(appointment, bookings, whole=whole)
    beside = () if appointment.is_class else bookings
    return Panel(
        appointment,
        day,
        db.session.get_one(Service, (business.id, appointment.service_id)),
        _fillers(appointment),
        [_with_steps(business, it, appointment, now, arriving=arriving) for it in rows],
        _visit(beside),
        _series(beside),
        history,
        events,
        next((it for it in history[:1] if it.is_fresh(now) and _can_be_taken_back(it)), None),
    )


def steps(
    booking: Booking, appointment: Appointment, now: datetime, *, arriving: bool, due: int = 0
) -> list[str]:
    """What a member can do with a booking, the likeliest first. `arriving`: its day has come; `due`: as in Comer."""
    status, begun = booking.status, now >= appointment.starts_at
    if status == "requested":
        return [*([] if begun else ["accept", *(["accept_unpaid"] if due else [])]), "decline"]
    if status == "confirmed":
        here = ["take_back_arrival" if booking.arrived_at else "arrive"] if arriving else []
        return [*here, *(["complete", "no_show"] if begun else []), "cancel"]
    if status == "pending_payment":
        return [*([] if begun else ["accept_unpaid"]), "cancel"]
    if status in ("completed", "no_show") and now <= appointment.ends_at + CORRECTED_WITHIN:
        return ["no_show" if status == "completed" else "complete"]
    if status in GIVES_BACK and booking.customer_id and appointment.ends_at > now:
        return ["undo"]
    return []


def find_booking(business_id: int, booking_id: int) -> Booking | None:
    """A booking somebody put their name to."""
    found = db.session.get(Booking, (business_id, booking_id))
    return found if found and found.customer_id else None


def visit_of(booking: Booking) -> list[Booking]:
    """The parts of a visit that can be cancelled, this one among them, by time."""
    found = select(Booking).options(joinedload(Booking.appointment))
    rows = db.session.scalars(found.filter_by(business_id=booking.business_id, visit=booking.visit))
    return sorted(
        (it for it in rows if it.status in MOVABLE), key=lambda it: (it.appointment.starts_at, it.id)
    )


def _bookings(appointment: Appointment, now: datetime) -> list[Comer]:
    """Everybody who has or had a place, those who come first; with the deadline of who has not said yes yet."""
    held = and_(Booking.status == "held", Hold.expires_at > now)
    found = (
        select(Booking, Hold.expires_at, Customer.name)
        .outerjoin(Hold, and_(Hold.business_id == Booking.business_id, Hold.id == Booking.hold_id))
        .outerjoin(
            Customer,
            and_(
                Customer.business_id == Hold.business_id,
                Customer.id == Hold.customer_id,
                Hold.kind == "offer",
            ),
        )
        .where(
            Booking.business_id == appointment.business_id,
            Booking.appointment_id == appointment.id,
            or_(Booking.customer_id.is_not(None), held),
        )
        .order_by(Booking.live.is_(None), Booking.contact_name, Booking.id)
    )
    return [
        Comer(booking, (), until, name) if booking.status in ON_HOLD else Comer(booking, ())
        for booking, until, name in db.session.execute(found)
    ]


def _with_steps(
    business: Business, comer: Comer, appointment: Appointment, now: datetime, *, arriving: bool
) -> Comer:
    due = _due_of(business, comer.booking) if comer.booking.status == "requested" else 0
    return replace(comer, due=due, steps=steps(comer.booking, appointment, now, arriving=arriving, due=due))


def _due_of(business: Business, booking: Booking) -> int:
    """What of a request is paid first; it may be too little by itself, and is asked for with its whole visit."""
    due = agreed(booking).due_first(booking.total_cents, booking.places)
    visit = bookings_of_visit(business.id, booking.visit) if due else []
    return due if due_first(business, [it for it in visit if it.live]) else 0


def _fillers(appointment: Appointment) -> list[Filler]:
    """By need; also those of one that gave its time back."""
    found = (
        select(Resource.id, Resource.name, Resource.kind, StaffMember.colour, StaffMember.photo)
        .join(
            Allocation,
            and_(Allocation.business_id == Resource.business_id, Allocation.resource_id == Resource.id),
        )
        .outerjoin(
            StaffMember,
            and_(StaffMember.business_id == Resource.business_id, StaffMember.resource_id == Resource.id),
        )
        .where(Allocation.business_id == appointment.business_id, Allocation.appointment_id == appointment.id)
        .order_by(Allocation.need, Resource.id)
    )
    # Two stretches of one person are one person.
    return list(
        dict.fromkeys(
            Filler(row.id, row.name, row.kind, row.colour, row.photo) for row in db.session.execute(found)
        )
    )


def _visit(bookings: Collection[Booking]) -> Sequence[Booking]:
    """The other parts of their visits, by time."""
    return _others(bookings, Booking.visit.in_({it.visit for it in bookings})) if bookings else []


def _series(bookings: Collection[Booking]) -> Sequence[Booking]:
    """The other dates of their series, by time; without further parts of the same visit."""
    series = {it.series for it in bookings if it.series}
    if not series:
        return []
    visits = {it.visit for it in bookings}
    return _others(bookings, and_(Booking.series.in_(series), Booking.visit.not_in(visits)))


def _others(bookings: Collection[Booking], which: ColumnElement[bool]) -> Sequence[Booking]:
    appointments = {it.appointment_id for it in bookings}
    found = (
        select(Booking)
        .options(joinedload(Booking.appointment))
        .where(
            Booking.business_id == next(iter(bookings)).business_id,
            Booking.appointment_id.not_in(appointments),
            Booking.customer_id.is_not(None),
            which,
        )
    )
    return db.session.scalars(found.order_by(Booking.local_start, Booking.id).limit(MOST_OF_SERIES)).all()


def _may_arrive(business: Business, appointment: Appointment, day: date, now: datetime) -> bool:
    """Whether the day of the visit has come."""
    if appointment.starts_at - now > timedelta(days=2):
        return False
    return now >= appointment.starts_at or business_day(business, now) >= day


def _can_be_taken_back(line: Line) -> bool:
    return line.what in (
        "appointment.moved",
        "booking.arrived",
        "booking.cancelled",
        "booking.declined",
        "booking.moved",
        "booking.no_show",
    )
