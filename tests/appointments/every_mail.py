"""Every kind of message about a booking, planned by the acts that plan it."""

from datetime import timedelta

from app.appointments.answering import decline
from app.appointments.cancelling import cancel
from app.appointments.models import Booking
from app.appointments.moving import move
from app.appointments.offering_times import offer_times
from app.appointments.promising_to_come import promise_to_come
from app.appointments.reminder_rules import PRESETS, add_rule
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.notifications.models import Notification
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from tests.factories import ANNA, Shop, a_booking, a_membership, a_shop, a_user, add_need, add_service, berlin
from tests.notifications.messages import messages_of

FRIDAY = berlin("2027-03-05 10:00")


def every_mail(zone: str | None = None) -> tuple[Shop, dict[str, Notification]]:
    """A shop, and the latest message of each kind its bookings know; `zone` is the clock of its customers."""
    shop = a_shop()
    shop.business.street, shop.business.city = "Lindenstraße 12", "Berlin"
    shop.business.email, shop.business.house_rules = "hello@salon.example", "Please come early."
    a_membership(shop.business, "owner", a_user("maya@example.com"))
    for rule in ("day", "thanks"):
        add_rule(shop.business, PRESETS[rule], by=SYSTEM, now=clock.now())
    found: dict[str, Notification] = {}
    asked = add_service(shop.business.id, "Colour", minutes=30, price_cents=9000, approval=True)
    add_need(shop.business.id, asked.id, [Server(shop.person.resource_id)])
    colour = Shop(shop.business, asked, shop.people)
    request, other_request = (a_booking(colour, FRIDAY + timedelta(hours=it)) for it in (3, 4))
    # The last one stays as it is.
    kept, gone, still = (a_booking(shop, FRIDAY + timedelta(hours=it)) for it in (0, 1, 2))
    for booking in (request, other_request, kept, gone, still):
        booking.customer_zone = zone
    db.session.flush()
    _take(found, shop)
    _sent(shop)
    decline(shop.business, request, by=ANNA, now=clock.now(), tell=True, reason="Maya is away.")
    _move(shop, kept)
    promise_to_come(shop.business, [kept], by=VISITOR, now=clock.now())
    cancel(shop.business, gone, by=VISITOR, now=clock.now(), reason="I am ill.")
    offer_times(shop.business, still, by=ANNA, now=clock.now())
    _take(found, shop)
    return shop, found


def _move(shop: Shop, booking: Booking) -> None:
    start = epoch_minute(FRIDAY + timedelta(hours=5))
    move(shop.business, booking.appointment, start=start, by=VISITOR, now=clock.now())


def _take(found: dict[str, Notification], shop: Shop) -> None:
    found.update({it.kind: it for it in messages_of(shop.business.id) if it.status == "pending"})


def _sent(shop: Shop) -> None:
    for it in messages_of(shop.business.id):
        if it.send_at <= clock.now():
            it.status, it.sent_at = "sent", clock.now()
    db.session.flush()
