"""Turning a hold into a booking."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import InvalidRequestError

from app.appointments.changing import change_status
from app.appointments.expiring import discard_empty, expire_dead_holds
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.placing import Wish, check_offered, look, place
from app.appointments.promising import cost_of, write_down
from app.appointments.refusals import HoldGone, PriceChanged
from app.appointments.settling import settle
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.customers.meeting import Contact, meet
from app.schedule.models import Allocation
from app.schedule.wall_clock import epoch_minute
from app.services.models import Service


def confirm(
    business: Business,
    booking: Booking,
    contact: Contact,
    *,
    by: Actor,
    now: datetime,
    host: str,
    start: int | None = None,
) -> None:
    """Book what is held, for this customer; confirmed at once, or requested where the service needs approval.

    Confirming twice changes nothing. A hold that ran out is taken again when the time, or the other `start`
    (epoch minutes) that was chosen instead, is free at the same price. Raises SlotTaken, NotOffered or
    PriceChanged otherwise; then the caller rolls back. `host` becomes part of the calendar entry's constant UID.
    """
    lock_schedule(business.id)
    _read_again(booking)
    if booking.status not in ("held", "expired"):
        return
    if booking.status == "expired":
        _take_again(business, booking, start, now)
    ticket = booking.hold_id
    booking.customer_id = meet(business.id, contact, now).id
    change_status(booking, "requested" if booking.policy.get("approval") else "confirmed", by=by, now=now)
    _keep_contact(booking, contact)
    booking.ics_uid = f"{booking.uid}@{host}"
    settle(business.id, booking.appointment_id)
    db.session.execute(delete(Hold).filter_by(business_id=business.id, id=ticket))


def wish_of(booking: Booking) -> Wish:
    """What somebody wanted when they held this: the person only if they asked for that very one."""
    appointment = db.session.get_one(Appointment, (booking.business_id, booking.appointment_id))
    asked = select(Allocation.resource_id).filter_by(
        business_id=booking.business_id, appointment_id=appointment.id, need=1, asked=True
    )
    start = epoch_minute(appointment.starts_at)
    return Wish(appointment.service_id, start, db.session.scalar(asked.limit(1)), booking.places)


def _read_again(booking: Booking) -> None:
    """The row as it is under the lock; HoldGone when it was forgotten while somebody typed."""
    try:
        db.session.refresh(booking)
    except InvalidRequestError as error:
        raise HoldGone from error


def _take_again(business: Business, booking: Booking, start: int | None, now: datetime) -> None:
    """Take the time of a hold that ran out, or another start, at the price that was shown; all else as it is now."""
    expire_dead_holds(business.id, now)
    wish = wish_of(booking)
    if start is not None:
        wish = replace(wish, start=start)
    service = db.session.get_one(Service, (business.id, wish.service_id))
    db.session.refresh(business)
    check_offered(service)
    placed = place(service, look(business, wish, now), wish, now)
    cost = cost_of(service, placed, wish)
    if (cost.total, business.currency) != (booking.total_cents, booking.currency):
        raise PriceChanged
    before = booking.appointment_id
    write_down(booking, business, service, placed, cost)
    db.session.flush()
    discard_empty([(business.id, before)])


def _keep_contact(booking: Booking, contact: Contact) -> None:
    """The booking's own copy of who booked it."""
    booking.contact_name = contact.name
    booking.contact_email = contact.email
    booking.contact_phone = contact.phone
    booking.note = contact.note
    booking.language = contact.language
    booking.customer_zone = contact.zone
