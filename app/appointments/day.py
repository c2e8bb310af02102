"""What happens on one day of a business, in a fixed number of statements."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, or_, select

from app.appointments.models import Appointment, Booking, Hold
from app.businesses.models import Business
from app.core.db import db
from app.customers.models import Customer
from app.schedule.business_days import day_begins_of
from app.schedule.models import Allocation
from app.schedule.wall_clock import local_date
from app.staff.models import StaffMember

GIVEN_BACK = ("cancelled", "declined")
SHOWN = ("pending_payment", "requested", "confirmed", "completed", "no_show", *GIVEN_BACK)


@dataclass(frozen=True, slots=True)
class DayBooking:
    """A booking as a list shows it. Moments are UTC, money is minor units; `colour` is one of twelve.

    What is held has a `customer` if it is offered to somebody who waits.
    """

    id: int
    status: str
    starts_at: datetime
    ends_at: datetime
    service: str
    places: int
    customer: str | None
    email: str | None
    phone: str | None
    note: str | None
    total: int
    currency: str
    person: str | None
    colour: int | None
    appointment_id: int

    @property
    def shown_as(self) -> str:
        """Its status in the words of members."""
        return "offered" if self.status == "held" and self.customer else self.status

    @property
    def is_given_back(self) -> bool:
        """Whether its time is free again."""
        return self.status in GIVEN_BACK

    def starts_on(self, zone: str) -> date:
        """The date on the wall, which after midnight is not the business day."""
        return local_date(self.starts_at, zone)


def bookings_of_day(
    business: Business, day: date, now: datetime, staff_user_id: int | None = None
) -> list[DayBooking]:
    """The bookings that start on a business day, by time: two statements, however many there are.

    Without those that ran out. With `staff_user_id` only those this user's own time is taken for.
    """
    begins = day_begins_of(business, day, day + timedelta(days=1))
    return bookings_between(business, begins[day], begins[day + timedelta(days=1)], now, staff_user_id)


def bookings_between(
    business: Business, since: datetime, until: datetime, now: datetime, staff_user_id: int | None = None
) -> list[DayBooking]:
    """The same for those that start from `since` and before `until` (UTC): one statement."""
    that_day = and_(Appointment.starts_at >= since, Appointment.starts_at < until)
    still_held = and_(Booking.status == "held", Hold.expires_at > now)
    found = (
        select(
            Booking.id,
            Booking.status,
            Appointment.starts_at,
            Appointment.ends_at,
            Booking.service_name,
            Booking.places,
            case((Booking.status == "held", Customer.name), else_=Booking.contact_name),
            Booking.contact_email,
            Booking.contact_phone,
            Booking.note,
            Booking.total_cents,
            Booking.currency,
            Booking.performer_name,
            _colour_of_performer(),
            Appointment.id,
        )
        .join(
            Appointment,
            and_(Appointment.business_id == Booking.business_id, Appointment.id == Booking.appointment_id),
        )
        .outerjoin(Hold, and_(Hold.business_id == Booking.business_id, Hold.id == Booking.hold_id))
        .outerjoin(
            Customer,
            and_(
                Customer.business_id == Hold.business_id,
                Customer.id == Hold.customer_id,
                Hold.kind == "offer",
            ),
        )
        .where(Booking.business_id == business.id, that_day, or_(Booking.status.in_(SHOWN), still_held))
        .order_by(Appointment.starts_at, Booking.performer_name, Booking.id)
    )
    if staff_user_id is not None:
        found = found.where(_takes_time_of(staff_user_id))
    return [DayBooking(*tuple(row)) for row in db.session.execute(found)]


def _colour_of_performer() -> ColumnElement[int | None]:
    """The colour of whoever fills the first need; two stretches of one person are one person."""
    return (
        select(StaffMember.colour)
        .join(
            Allocation,
            and_(
                Allocation.business_id == StaffMember.business_id,
                Allocation.resource_id == StaffMember.resource_id,
            ),
        )
        .where(*_of_this_appointment(), Allocation.need == 1)
        .limit(1)
        .scalar_subquery()
    )


def _takes_time_of(user_id: int) -> ColumnElement[bool]:
    return exists(
        select(Allocation.id)
        .join(
            StaffMember,
            and_(
                StaffMember.business_id == Allocation.business_id,
                StaffMember.resource_id == Allocation.resource_id,
            ),
        )
        .where(*_of_this_appointment(), StaffMember.user_id == user_id)
    )


def _of_this_appointment() -> tuple[ColumnElement[bool], ...]:
    return (
        Allocation.business_id == Appointment.business_id,
        Allocation.appointment_id == Appointment.id,
    )
