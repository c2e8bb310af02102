"""People who wait, for tests."""

import itertools
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from app.appointments.limiting import HoldLimits
from app.appointments.models import Booking
from app.businesses.models import Business
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.notifications.models import Notification
from app.waitlist.joining import join
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from app.waitlist.taking import take
from app.waitlist.wishes import Wanted, wanted_by
from tests.factories import Shop, a_booking, berlin

TUESDAY = date(2027, 3, 2)
_numbers = itertools.count(1)


def a_full_day(shop: Shop, day: str = "2027-03-02", hours: range = range(9, 18)) -> list[Booking]:
    """Every hour of a day is booked, where the service takes an hour and one person does it."""
    return [a_booking(shop, berlin(f"{day} {hour:02}:00"), f"guest{hour}@example.com") for hour in hours]


def waits(
    shop: Shop, day: date = TUESDAY, email: str | None = None, name: str = "Grace Hopper", **wanted: Any
) -> WaitlistEntry:
    """Somebody joins the list for a day of the shop's service."""
    number = next(_numbers)
    wish = Wanted(**({"service_id": shop.service.id, "from_on": day, "until_on": day} | wanted))
    contact = Contact(name, email or f"waiting{number}@example.com", language="en-GB")
    business = db.session.get_one(Business, shop.business.id)
    join(business, wish, contact, key=f"somebody-number-{number:06}", by=VISITOR, now=clock.now())
    return next(it for it in entries_of(shop, contact.email or "") if wanted_by(it) == wish)


def entries_of(shop: Shop, email: str) -> list[WaitlistEntry]:
    """All that somebody with this address has waited for, the latest first."""
    rows = db.session.query(WaitlistEntry).filter_by(business_id=shop.business.id, contact_email=email)
    return rows.order_by(WaitlistEntry.id.desc()).all()


def offers(entry: WaitlistEntry) -> list[tuple[str, datetime]]:
    """(status, start) of what an entry was offered, in order."""
    found = db.session.query(WaitlistOffer).filter_by(business_id=entry.business_id, entry_id=entry.id)
    return [
        (it.status, it.starts_at)
        for it in found.order_by(WaitlistOffer.id).execution_options(populate_existing=True)
    ]


def offer_of(entry: WaitlistEntry) -> WaitlistOffer:
    """What an entry is offered now."""
    return (
        db.session.query(WaitlistOffer)
        .filter_by(business_id=entry.business_id, entry_id=entry.id, status="open")
        .one()
    )


def takes(shop: Shop, offer: WaitlistOffer) -> Booking:
    """Whoever was offered it says yes."""
    business = db.session.get_one(Business, shop.business.id)
    return take(business, offer, by=VISITOR, now=clock.now(), host="book.example", limits=HoldLimits())


def all_sent() -> None:
    """Everything that was planned up to now has left."""
    db.session.execute(update(Notification).values(status="sent", sent_at=clock.now()))
