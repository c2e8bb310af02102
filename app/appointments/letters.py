"""The letters about a booking: whether one is still wanted, and what it says at the moment it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from app.appointments.finding import bookings_of_visit, receipt_token
from app.appointments.models import Booking
from app.appointments.receipt import Receipt, receipt_of
from app.appointments.statuses import CUSTOMERS_WORDS, WORDS
from app.auth.models import User
from app.businesses.finding import load_business
from app.businesses.models import Business, Membership
from app.businesses.painting import paint
from app.core import clock
from app.core.db import db
from app.core.mail import address_of, home_address
from app.customers.models import Customer
from app.notifications.claiming import is_superseded
from app.notifications.kinds import Attached, Letter, Reason
from app.notifications.models import Notification

ASKED = ("requested", "pending_payment")
AGREED = ("confirmed", "completed", "no_show")


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of those a letter is about. `link` is the whole address of its receipt."""

    receipt: Receipt
    link: str


def why_not_confirmed(row: Notification) -> Reason | None:
    """Why a customer need not read that they are booked any more."""
    return _why_not(row, AGREED)


def why_not_requested(row: Notification) -> Reason | None:
    """Why a customer need not read that we have their request any more."""
    bookings = _bookings_about(row)
    if bookings and not any(it.status in ASKED for it in bookings):
        return _("The request was answered, or given up, before it was sent.")
    return _why_not(row, ASKED)


def why_not_new(row: Notification) -> Reason | None:
    """Why an owner need not read of a new booking any more."""
    owners = exists().where(
        Membership.business_id == row.business_id,
        Membership.user_id == row.user_id,
        Membership.role == "owner",
        Membership.active,
        User.id == Membership.user_id,
        User.active,
    )
    if not db.session.scalar(select(owners)):
        return _("Whoever it was for is no owner any more.")
    return _why_not(row, ASKED + AGREED)


def confirmed(row: Notification) -> Letter:
    """To the customer: booked, with the visit for their calendar."""
    # Megabytes in every web process, for what only the worker needs.
    from app.appointments.calendar_file import calendar_of

    business, visits = _read(row)
    with force_locale(row.language.replace("-", "_")):
        calendar = calendar_of(business, [(it.receipt, it.link) for it in visits], now=clock.now())
    first = visits[0].receipt.first
    # PUBLISH, as behind the button of the receipt: it offers to keep the entry. REQUEST would be an invitation whose
    # "Yes" and "No" nobody reads (RFC 5546, 1.4).
    attached = Attached(
        f"{business.slug}-{first.local_start:%Y-%m-%d}.ics",
        "text/calendar; charset=utf-8; method=PUBLISH",
        calendar,
    )
    return _to_customer(business, visits, attached)


def requested(row: Notification) -> Letter:
    """To the customer: we have the request; nothing is agreed, so there is nothing for a calendar yet."""
    return _to_customer(*_read(row))


def new(row: Notification) -> Letter:
    """To an owner: who booked or asked for what, and where to answer."""
    business, visits = _read(row)
    first = visits[0].receipt.first
    kept = [it for visit in visits for it in visit.receipt.kept]
    waiting = next((it for it in kept if it.status == "requested"), kept[0])
    words = {
        "visits": visits,
        "by": row.payload.get("by"),
        "page": address_of("appointments.show", slug=business.slug, appointment_id=waiting.appointment_id),
        "statuses": WORDS,
    }
    return Letter(
        sender=business.name,
        reply_to=first.contact_email,
        words=_common(business) | words,
    )


def _to_customer(business: Business, visits: Sequence[Visit], *attached: Attached) -> Letter:
    return Letter(
        sender=business.name,
        recipient=visits[0].receipt.first.contact_name,
        reply_to=business.email,
        words=_common(business) | {"visits": visits, "statuses": CUSTOMERS_WORDS},
        attached=attached,
    )


def _common(business: Business) -> dict[str, Any]:
    return {"business": business, "paint": paint(business.brand_hue), "home": home_address()}


def _read(row: Notification) -> tuple[Business, list[Visit]]:
    """The business, and its visits that the letter is about, by time."""
    bookings = _bookings_about(row)
    business = load_business(bookings[0].business_id)
    is_online = receipt_of(bookings).online
    by_visit = groupby(sorted(bookings, key=lambda it: str(it.visit)), key=lambda it: it.visit)
    receipts = [Receipt(_in_order(those), is_online) for _visit, those in by_visit]
    visits = [
        Visit(it, address_of("bookings.show", token=receipt_token(it.first)))
        for it in receipts
        if any(booking.live for booking in it.bookings)
    ]
    return business, sorted(visits, key=lambda it: it.receipt.starts_at)


def _in_order(bookings: Any) -> list[Booking]:
    return sorted(bookings, key=lambda it: (it.guest, it.appointment.starts_at, it.id))


def _why_not(row: Notification, statuses: Sequence[str]) -> Reason | None:
    """The reasons that hold for every letter: gone, erased, given back, or told anew."""
    bookings = _bookings_about(row)
    if not bookings:
        return _("The booking does not exist any more.")
    customer = db.session.get(Customer, (row.business_id, bookings[0].customer_id), populate_existing=True)
    if customer is None or customer.erased_at is not None:
        return _("The customer was erased.")
    if not any(it.status in statuses for it in bookings):
        return _("The booking is not what it was: %(status)s.", status=WORDS[bookings[0].status])
    if is_superseded(row, sum(it.schedule_seq for it in bookings)):
        return _("The booking was changed, and a newer message says so.")
    return None


def _bookings_about(row: Notification) -> list[Booking]:
    """The bookings of the visit or of the series, as they are now."""
    first = db.session.get(Booking, (row.business_id, row.subject_id), populate_existing=True)
    if first is None:
        return []
    if row.subject_kind != "series":
        return bookings_of_visit(first.business_id, first.visit)
    rows = select(Booking).options(joinedload(Booking.appointment)).execution_options(populate_existing=True)
    found = db.session.scalars(rows.filter_by(business_id=first.business_id, series=first.series))
    return _in_order(found)
