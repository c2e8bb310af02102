"""Customers are asked once how it was: after a visit in the follow-up, after an order in a message of its own."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.appointments.models import Booking
from app.appointments.reaching import may_text
from app.appointments.reminding import FOLLOW_UP_KEEPS, rules_of
from app.businesses.finding import load_business
from app.businesses.letters import common_words
from app.businesses.models import Business
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.mail import address_of, render_lines
from app.customers.models import Customer
from app.customers.unwanted import is_unwanted, wishes_token
from app.notifications.kinds import Letter, Reason
from app.notifications.models import Notification
from app.notifications.planning import Message, has_left_before, plan
from app.notifications.sms.allowance import settings_of
from app.orders.finding import order_token
from app.orders.letters import made_up_order
from app.orders.models import Order
from app.orders.wanting import order_about, why_not_known
from app.reviews.finding import review_of, review_token
from app.reviews.writing import check_reviewable, is_reviewable

TOPIC = "follow_up"
# Nobody is asked while they eat, and nobody at night.
_ASKED_AT = time(10)


def invite(order: Order, was: str, by: Actor, now: datetime) -> None:
    """Plan to ask how an order was, the day after it was handed over at ten. Under the schedule lock.

    What was ordered with a visit is asked about with it, if anybody is.
    """
    business = load_business(order.business_id)
    if order.status != "fulfilled" or not settings_of(business.id).asks_for_reviews:
        return
    if order.visit is not None and any(it.about == "after" for it in rules_of(business.id)):
        return
    channel, recipient = _way(business, order)
    if recipient is None or _why_not_customer(business.id, order.customer_id, channel):
        return
    at = _day_after(business.zone, now)
    message = Message(
        kind="review_invitation",
        business_id=business.id,
        subject_kind="order",
        subject_id=order.id,
        subject_seq=order.seq,
        customer_id=order.customer_id,
        recipient=recipient,
        channel=channel,
        language=order.language or business.language,
        dedupe_key=f"b{business.id}:order{order.id}:review:{channel}",
        send_at=at,
        expires_at=at + FOLLOW_UP_KEEPS,
    )
    plan([message], now)


def why_not_invited(row: Notification) -> Reason | None:
    """Why nobody need be asked how their order was any more."""
    order = order_about(row)
    reason = why_not_known(row, order)
    if reason or order is None:
        return reason
    if not settings_of(order.business_id).asks_for_reviews:
        return _("The business does not send such messages.")
    try:
        check_reviewable(order, clock.now())
    except DomainError as refused:
        return refused.message
    if review_of(order) is not None:
        return _("They have said how it was already.")
    return _why_not_customer(order.business_id, order.customer_id, row.channel)


def invitation(row: Notification) -> Letter:
    """How was it, and the way to say so."""
    order = order_about(row)
    if order is None:
        raise LookupError(row.subject_id)
    link = address_of("reviews.write", token=review_token(order))
    token = wishes_token(order.business_id, row.customer_id or order.customer_id or 0, TOPIC, row.channel)
    return _letter(row, order, link, address_of("messages.show", token=token))


def sample(row: Notification) -> Letter:
    """To somebody made up, who ordered the first things of the menu."""
    order = made_up_order(row, "fulfilled")
    link = address_of("orders.show", token=order_token(order))
    return _letter(row, order, link, link)


def link_for_visit(row: Notification, bookings: Sequence[Booking]) -> str | None:
    """Where the customer of a visit says how it was, if this message is the one to ask them.

    None where the business asks nobody, where an earlier message has asked, where all was reviewed or cannot be, and
    for whoever is blocked. What is over and not said to be completed yet will be by the time it is read.
    """
    now = clock.now()
    if not settings_of(row.business_id).asks_for_reviews or has_left_before(row):
        return None
    was_there = [it for it in bookings if _is_over(it, now)]
    asked = next((it for it in was_there if review_of(it) is None), None)
    if asked is None or _is_blocked(asked.business_id, asked.customer_id):
        return None
    return address_of("reviews.write", token=review_token(asked))


def _letter(row: Notification, order: Order, link: str, unwanted: str) -> Letter:
    business = load_business(order.business_id)
    words = {"order": order, "link": link, "unwanted": unwanted}
    fills = render_lines(
        "mail/_order_fills.txt", row.language, {"business": business, "returned": 0, **words}
    )
    return Letter(
        sender=business.name,
        recipient=order.contact_name,
        reply_to=business.email,
        words=common_words(business) | words,
        fills=fills | {"link": link},
        unsubscribe=unwanted,
    )


def _way(business: Business, order: Order) -> tuple[str, str | None]:
    """By mail, or by text where there is no address and the business sends texts."""
    if order.contact_email or not may_text(business.id):
        return "email", order.contact_email
    return "sms", order.contact_phone


def _why_not_customer(business_id: int, customer_id: int | None, channel: str) -> Reason | None:
    if _is_blocked(business_id, customer_id):
        return _("The customer is blocked.")
    if is_unwanted(business_id, customer_id or 0, TOPIC, channel):
        return _("The customer does not want such messages.")
    return None


def _is_blocked(business_id: int, customer_id: int | None) -> bool:
    customer = db.session.get(Customer, (business_id, customer_id), populate_existing=True)
    return customer is None or customer.blocked or customer.erased_at is not None


def _is_over(booking: Booking, now: datetime) -> bool:
    if booking.status == "confirmed":
        return booking.appointment.ends_at <= now
    return is_reviewable(booking, now)


def _day_after(zone: str, now: datetime) -> datetime:
    """Ten o'clock tomorrow, by the clock of the shop."""
    tomorrow = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(tomorrow, _ASKED_AT, ZoneInfo(zone))
