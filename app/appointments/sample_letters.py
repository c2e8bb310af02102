"""The letters about a booking to somebody made up, for whoever words them: next week, for what the business offers."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import set_committed_value

from app.appointments.finding import receipt_token
from app.appointments.letters import to_customer
from app.appointments.models import Appointment, Booking
from app.appointments.receipt import Receipt
from app.appointments.subjects import Visit, Was
from app.appointments.wordings import FILLS, FOLLOWING_UP
from app.businesses.finding import load_business
from app.businesses.letters import common_words
from app.businesses.models import Business
from app.core import clock
from app.core.mail import address_of
from app.notifications.kinds import Letter
from app.notifications.models import Notification
from app.services.models import Service
from app.services.offering import bookable_services
from app.staff.team import performers_of

_TEN = time(10)


def requested(row: Notification) -> Letter:
    """We have the request."""
    return _letter(row, "requested")


def confirmed(row: Notification) -> Letter:
    """Booked; the calendar file is left out."""
    return _letter(row)


def moved(row: Notification) -> Letter:
    """Another time, by the business."""

    def more(business: Business, visit: Visit) -> dict[str, Any]:
        booking = visit.receipt.first
        starts_at, ends_at = (
            it - timedelta(days=1) for it in (visit.receipt.starts_at, visit.receipt.ends_at)
        )
        news = _(
            "%(business)s had to change it. If that does not suit you, please tell us.",
            business=business.name,
        )
        return {
            "was": [(booking, Was(starts_at, ends_at, booking.performer_name))],
            "news": news,
            **_reason(),
        }

    return _letter(row, more=more)


def offered(row: Notification) -> Letter:
    """Other times to choose from."""

    def more(_business: Business, _visit: Visit) -> dict[str, Any]:
        return {"news": _("Wed 3 Mar, 10:00; Thu 4 Mar, 10:00; Fri 5 Mar, 11:30")}

    return _letter(row, more=more)


def cancelled(row: Notification) -> Letter:
    """Given up, by the business."""

    def more(business: Business, _visit: Visit) -> dict[str, Any]:
        news = _("We are sorry: %(business)s had to cancel it.", business=business.name)
        return {"news": news, "again": _booking_page(business), "stays": False, **_reason()}

    return _letter(row, "cancelled", more)


def declined(row: Notification) -> Letter:
    """The request was not accepted."""

    def more(business: Business, _visit: Visit) -> dict[str, Any]:
        news = _("%(business)s is sorry: that time cannot be had.", business=business.name)
        return {"news": news, "again": _booking_page(business), "stays": False, **_reason()}

    return _letter(row, "declined", more)


def reminder(row: Notification) -> Letter:
    """What is ahead, and the question whether they will come."""

    def more(_business: Business, visit: Visit) -> dict[str, Any]:
        return {"answer": visit.link, "unwanted": visit.link}

    return _letter(row, more=more)


def follow_up(row: Notification) -> Letter:
    """Thanks for the visit."""

    def more(business: Business, visit: Visit) -> dict[str, Any]:
        return {"again": _booking_page(business), "unwanted": visit.link, "review": visit.link}

    letter = _letter(row, "completed", more)
    with force_locale(row.language.replace("-", "_")):
        asked = str(FOLLOWING_UP["review"].sample)
    return replace(letter, fills={**letter.fills, "review": asked})


def only_words(row: Notification) -> Letter:
    """Nothing but the words, of whatever kind, in the layout of the business."""
    business = load_business(row.business_id or 0)
    return Letter(business.name, common_words(business), reply_to=business.email, template="only_words")


def _letter(
    row: Notification,
    status: str = "confirmed",
    more: Callable[[Business, Visit], dict[str, Any]] = lambda _business, _visit: {},
) -> Letter:
    business = load_business(row.business_id or 0)
    with force_locale(row.language.replace("-", "_")):
        visit = made_up_visit(business, status)
        words = more(business, visit)
    return to_customer(row, business, [visit], **words)


def made_up_visit(business: Business, status: str) -> Visit:
    """A visit that is in no database: of the first service that can be booked, with the first who does it."""
    service = next(iter(bookable_services(business.id)), None)
    starts_at = _next_week(business.zone, clock.now())
    minutes = (service and service.minutes) or 45
    at = Appointment(
        business_id=business.id, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes)
    )
    booking = Booking(
        business_id=business.id,
        visit=uuid.UUID(int=0),
        status=status,
        service_name=service.name if service else str(FILLS["service"].sample),
        performer_name=_performer(business, service),
        minutes=minutes,
        places=1,
        guest=1,
        link_version=0,
        price_lines=[] if service is None else [{"amount": service.price_cents}],
        total_cents=4500 if service is None else service.price_cents or 0,
        currency=business.currency,
        zone=business.zone,
        contact_name=str(FILLS["customer_name"].sample),
    )
    set_committed_value(booking, "live", True)
    set_committed_value(booking, "appointment", at)
    return Visit(
        Receipt([booking], online=bool(service and service.online)),
        address_of("bookings.show", token=receipt_token(booking)),
    )


def _performer(business: Business, service: Service | None) -> str | None:
    if service is None:
        return str(FILLS["staff"].sample)
    people: Sequence[Any] = performers_of(business.id, [service.id])[service.id]
    return people[0].name if people else None


def _next_week(zone: str, now: datetime) -> datetime:
    """Ten o'clock on the Tuesday after the next six days."""
    today = now.astimezone(ZoneInfo(zone)).date()
    day = today + timedelta(days=7 + (1 - today.weekday()) % 7)
    return datetime.combine(day, _TEN, ZoneInfo(zone))


def _reason() -> dict[str, Any]:
    return {"reason": str(FILLS["reason"].sample)}


def _booking_page(business: Business) -> str:
    return address_of("flow.new", slug=business.slug)
