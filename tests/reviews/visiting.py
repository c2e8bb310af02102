"""Visits that are over, and what is said of them."""

from datetime import UTC, timedelta
from typing import Any

from app.appointments.changing import change_status
from app.appointments.models import Booking
from app.businesses.models import Business
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.reviews.models import Review
from app.reviews.writing import Said, review
from tests.factories import Shop, a_booking, berlin

START = berlin("2027-03-02 10:00").astimezone(UTC)


def been_there(shop: Shop, frozen: Any, minutes: int = 0, **more: Any) -> Booking:
    """A visit that was, half an hour long and so many minutes after START; the clock stands at its end."""
    frozen.move_to(START - timedelta(days=1))
    at = START + timedelta(minutes=minutes)
    booking = a_booking(shop, at, person=shop.person, **more)
    frozen.move_to(at + timedelta(minutes=30))
    change_status(booking, "completed", by=SYSTEM, now=clock.now())
    db.session.flush()
    return booking


def say(shop: Shop, booking: Booking, stars: int = 5, words: str | None = None, **more: Any) -> Review:
    """A review of it by the act customers use."""
    business = db.session.get_one(Business, shop.business.id)
    return review(business, booking, Said(stars, words=words, **more), by=VISITOR, now=clock.now())
