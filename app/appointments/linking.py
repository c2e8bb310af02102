"""Whoever lost the way to their bookings is sent the links, to the address the bookings were made with."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from flask_babel import gettext as _
from sqlalchemy import and_, select
from sqlalchemy.orm import contains_eager

from app.appointments.ahead import expected, not_over
from app.appointments.finding import receipt_token
from app.appointments.models import Appointment, Booking
from app.appointments.receipt import Receipt, receipt_of
from app.appointments.statuses import CUSTOMERS_WORDS
from app.businesses.finding import load_business
from app.businesses.models import Business
from app.businesses.painting import paint
from app.core import clock
from app.core.db import db
from app.core.mail import address_of, home_address
from app.core.tries import tries
from app.customers.models import Customer
from app.notifications.kinds import Letter, Reason
from app.notifications.models import Notification
from app.notifications.planning import Message, plan

PER_NETWORK = "10/minute; 60/hour"
PER_EMAIL = "3/10minute; 10/day"
MOST_VISITS = 20
_OF_USE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Way:
    """A visit and the whole address of its page."""

    receipt: Receipt
    link: str


def send_links(business: Business, email: str, *, network: str, language: str, now: datetime) -> None:
    """Plan one mail with the links of all visits ahead that were booked with this address (lower case) at a business.

    Whether there are any is asked when it is sent, so that nobody who asks can tell: known or not, it is the same row,
    the same work and the same answer. Asked for again within the hour it is the same mail. Raises TooManyTries.
    """
    key = hashlib.sha256(email.encode()).hexdigest()[:24]
    tries.count(PER_NETWORK, "links-network", network)
    tries.count(PER_EMAIL, "links-email", str(business.id), key)
    asked = Message(
        kind="booking_links",
        business_id=business.id,
        subject_kind="business",
        subject_id=business.id,
        recipient=email,
        language=language,
        dedupe_key=f"b{business.id}:links:{key}:{now:%Y%m%d%H}:email",
        expires_at=now + _OF_USE,
    )
    plan([asked], now)


def why_not_links(row: Notification) -> Reason | None:
    """Why nobody needs the links: nothing was booked with this address that is still ahead."""
    if not _bookings(row):
        return _("Nothing that is still ahead was booked with this address.")
    return None


def links(row: Notification) -> Letter:
    """To the customer: each visit ahead with its link, the next one first."""
    bookings = _bookings(row)
    business = load_business(bookings[0].business_id)
    visits = sorted(_visits(bookings), key=lambda it: it.receipt.starts_at)[:MOST_VISITS]
    return Letter(
        sender=business.name,
        recipient=visits[0].receipt.first.contact_name,
        reply_to=business.email,
        words={"business": business, "paint": paint(business.brand_hue), "home": home_address()}
        | {"visits": visits, "statuses": CUSTOMERS_WORDS},
    )


def _visits(bookings: list[Booking]) -> list[Way]:
    is_online = receipt_of(bookings).online
    by_visit = groupby(sorted(bookings, key=lambda it: str(it.visit)), key=lambda it: it.visit)
    receipts = [
        Receipt(sorted(those, key=lambda it: (it.guest, it.appointment.starts_at, it.id)), is_online)
        for _visit, those in by_visit
    ]
    return [Way(it, address_of("bookings.show", token=receipt_token(it.first))) for it in receipts]


def _bookings(row: Notification) -> list[Booking]:
    """What is ahead of this address, as it is now."""
    of_appointment = and_(
        Appointment.business_id == Booking.business_id, Appointment.id == Booking.appointment_id
    )
    of_customer = and_(Customer.business_id == Booking.business_id, Customer.id == Booking.customer_id)
    found = (
        select(Booking)
        .join(Appointment, of_appointment)
        .join(Customer, of_customer)
        .options(contains_eager(Booking.appointment))
        .where(
            not_over(row.business_id or 0, clock.now()),
            expected(),
            Booking.contact_email == row.recipient,
            Customer.erased_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(found))
