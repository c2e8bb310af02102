"""The letters about an order: what each says at the moment it is sent, to its customer and to members."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value

from app.businesses.finding import load_business
from app.businesses.letters import common_words
from app.businesses.models import Business
from app.core import clock
from app.core.db import db
from app.core.mail import address_of, render_lines
from app.notifications.kinds import Letter
from app.notifications.models import Notification
from app.orders.billing import find_bill, paid_and_left
from app.orders.finding import order_token
from app.orders.menu import menu_of
from app.orders.models import GONE, Order, OrderLine
from app.orders.wanting import order_about
from app.orders.wordings import FILLS
from app.payments.finding import OF_REFUND
from app.payments.models import Payment, Refund


def letter(row: Notification) -> Letter:
    """To the customer, whatever it is about."""
    order = order_of_letter(row)
    paid, left = paid_and_left(order)
    return letter_about(row, order, paid=paid, left=left, returned=_returned(order))


def sample(row: Notification) -> Letter:
    """To somebody made up, who ordered the first things of the menu."""
    order = made_up_order(row, row.kind.removeprefix("order_"))
    is_gone = order.status in GONE
    return letter_about(
        row, order, paid=0, left=order.total_cents, returned=order.total_cents if is_gone else 0
    )


def to_member(row: Notification) -> Letter:
    """What a customer ordered, or took back; answers reach the customer."""
    order = order_of_letter(row)
    business = load_business(order.business_id)
    return Letter(
        sender=business.name,
        reply_to=order.contact_email,
        words=common_words(business)
        | {
            "order": order,
            "paid": paid_and_left(order)[0],
            "returned": _returned(order),
            "page": address_of("order_board.show", slug=business.slug, order_id=order.id),
            "settings": address_of("notices.edit", slug=business.slug),
        },
    )


def made_up_order(row: Notification, status: str) -> Order:
    """An order that is in no database: of the first two things on the menu, for next week at noon."""
    business = load_business(row.business_id or 0)
    with force_locale(_locale(row)):
        return _made_up(business, status)


def order_of_letter(row: Notification) -> Order:
    """The order a letter is about. Raises LookupError where there is none any more."""
    order = order_about(row)
    if order is None:
        raise LookupError(row.subject_id)
    return order


def letter_about(row: Notification, order: Order, *, paid: int, left: int, returned: int) -> Letter:
    """A letter about an order, of which so much (minor units) is paid, left to pay, and goes back."""
    business = load_business(order.business_id)
    token = order_token(order)
    link = address_of("orders.show", token=token)
    words: dict[str, Any] = {
        "order": order,
        "is_gone": order.status in GONE,
        "paid": paid,
        "left": left,
        "returned": returned,
        "link": link,
        "again": address_of("orders.show_basket", token=token),
    }
    fills = render_lines("mail/_order_fills.txt", row.language, {"business": business, **words})
    # Whoever took it back themselves knows why.
    reason = None if order.cancelled_by == "customer" else order.reason
    with force_locale(_locale(row)):
        news = _news_of(order, business, fills["time"], is_late=bool((row.payload or {}).get("late")))
    fills |= {"link": link, "news": news, "reason": " ".join((reason or "").split())}
    return Letter(
        sender=business.name,
        recipient=order.contact_name,
        reply_to=business.email,
        words=common_words(business) | words,
        fills=fills,
    )


def _news_of(order: Order, business: Business, when: str, *, is_late: bool) -> str:
    """What has become of it, in a sentence; `when` is its time in words. `is_late`: it was paid after it had lapsed."""
    name = business.name
    if order.status == "ready":
        return {
            "pickup": _("Your order is ready: you can pick it up now."),
            "delivery": _("Your order is on its way to you."),
            "table": _("Your order is coming to your table."),
        }[order.way]
    if order.status == "placed":
        return _("%(business)s looks at it and tells you as soon as it is accepted.", business=name)
    if order.status in ("accepted", "preparing"):
        return _promise(order, when)
    if is_late:
        return _("Your payment came after the time it was kept for, and by then it was gone. We are sorry.")
    if order.status == "expired":
        return _("%(business)s is sorry: it could not be answered in time.", business=name)
    if order.status == "declined":
        return _("%(business)s is sorry: it cannot be made this time.", business=name)
    if order.cancelled_by == "customer":
        return _("You took it back; there is nothing more to do.")
    return _("We are sorry: %(business)s had to cancel it.", business=name)


def _promise(order: Order, when: str) -> str:
    """When they get it, and how."""
    if order.way == "pickup":
        return _("You can pick it up at this time: %(time)s.", time=when)
    if order.way == "delivery":
        return _("We bring it to you at about this time: %(time)s.", time=when)
    return _("We bring it to your table at about this time: %(time)s.", time=when)


def _returned(order: Order) -> int:
    """What of the money for an order has gone back or is about to (minor units)."""
    bill = find_bill(order)
    if bill is None:
        return 0
    back = select(func.sum(Refund.amount_cents)).join(Payment, OF_REFUND)
    mine = back.where(
        Payment.business_id == bill.business_id, Payment.invoice_id == bill.id, Refund.status != "failed"
    )
    if order.visit is not None:
        mine = mine.where(Refund.dedupe_key.startswith(f"order/{order.id}/", autoescape=True))
    return int(db.session.scalar(mine) or 0)


def _made_up(business: Business, status: str) -> Order:
    items = list(menu_of(business.id).items.values())[:2]
    lines = [
        OrderLine(name=it.name, options=[], quantity=2 - at, unit_cents=it.least_price, tax_bp=0)
        for at, it in enumerate(items)
    ] or [OrderLine(name=_("Margherita"), options=[], quantity=2, unit_cents=1200, tax_bp=0)]
    order = Order(
        business_id=business.id,
        uid=uuid.UUID(int=0),
        number=27,
        link_version=0,
        status=status,
        way="pickup",
        asap=False,
        due_at=_next_week(business.zone, clock.now()),
        contact_name=str(FILLS["customer_name"].sample),
        currency=business.currency,
        delivery_cents=0,
        total_cents=sum(it.amount_cents for it in lines),
        reason=str(FILLS["reason"].sample) if status in GONE else None,
        cancelled_by="member" if status == "cancelled" else None,
    )
    set_committed_value(order, "lines", lines)
    return order


def _next_week(zone: str, now: datetime) -> datetime:
    """A quarter past twelve, seven days from now."""
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=7)
    return datetime.combine(day, time(12, 15), ZoneInfo(zone))


def _locale(row: Notification) -> str:
    return row.language.replace("-", "_")
