"""What tests of the page of today prepare and ask again and again."""

from datetime import UTC, datetime
from typing import Any

from app.appointments.models import Booking
from app.auth.models import User
from app.businesses.models import Business, Membership
from app.core.db import db
from app.dashboard.today import Today, today_of
from app.schedule.business_days import business_day
from tests.conftest import NOW
from tests.factories import Shop, a_membership, a_visit


def at(text: str) -> datetime:
    """A moment of the first of March in UTC, or another one written out: at("10:00"), at("2027-03-28 00:30")."""
    whole = text if "-" in text else f"2027-03-01 {text}"
    return datetime.fromisoformat(whole).replace(tzinfo=UTC)


def seen(business: Business, role: str = "owner", user: User | None = None, now: datetime = NOW) -> Today:
    """The page of today as somebody with this role sees it."""
    return seen_by(a_membership(business, role, user), now)


def seen_by(membership: Membership, now: datetime = NOW) -> Today:
    """The page of today of a member."""
    db.session.flush()
    return today_of(membership, business_day(membership.business, now), now)


def a_visit_to(shop: Shop, when: str, **more: Any) -> Booking:
    """A visit to the first person of a shop, unless `person` says another, with other columns of the booking."""
    known = {"status", "minutes", "person", "customer"}
    booking = a_visit(
        shop.business,
        at(when),
        **{"person": shop.person} | {key: value for key, value in more.items() if key in known},
    )
    for column, value in more.items():
        if column not in known:
            setattr(booking, column, value)
    db.session.flush()
    return booking
