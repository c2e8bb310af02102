"""What the layout of the members' rooms shows around a page."""

from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext as _
from sqlalchemy import BindParameter, bindparam, literal, select

from app.core import clock, hx
from app.core.db import db
from app.orders.board import count_waiting
from app.reviews.listing import ANSWERED_WITHIN, count_unanswered

# Asked for with every page, and built once.
_BUSINESS: BindParameter[int] = bindparam("business")
_FOR_STAFF = select(count_waiting(_BUSINESS), literal(0))
_MANY = 100  # What so many or more are is said in short.
_FOR_MANAGERS = select(count_waiting(_BUSINESS), count_unanswered(_BUSINESS, bindparam("since"), most=_MANY))


def init_navigation(app: Flask) -> None:
    """Give every full page of a member's room its menu."""
    app.context_processor(menu)
    app.jinja_env.globals["room_address"] = room_address


def menu() -> dict[str, Any]:
    """The business one is in, the others one works in, and the rooms. Nothing for other pages.

    For a fragment just the business: whoever asks for one of a page that has none gets the page, without its menu.
    """
    if "membership" not in g:
        return {}
    if hx.wants_partial():
        return {"business": g.business}
    items = [
        (url_for(name), label, icon, _room() == name.partition(".")[0])
        for name, label, icon, role in _rooms()
        if g.membership.is_at_least(role)
    ]
    orders, reviews = url_for("order_board.index"), url_for("manage_reviews.index")
    waiting, unanswered = _counts()
    if waiting is not None:
        items[2:2] = _of_orders(orders)
    if not g.membership.is_at_least("manager"):
        # To managers it is one of the settings.
        share = url_for("share.show")
        items.append((share, _("Poster and link"), "qr-code", request.path == share))
    return {
        "business": g.business,
        "memberships": g.memberships,
        "nav_items": items,
        "nav_counts": {orders: _in_short(waiting or 0), reviews: _in_short(unanswered)},
    }


def _counts() -> tuple[int | None, int]:
    """How many orders (None where there never are any) and reviews, up to _MANY, wait for an answer. One statement.

    Reviews are answered by managers; to staff none wait.
    """
    wanted = _FOR_MANAGERS if g.membership.is_at_least("manager") else _FOR_STAFF
    which = {"business": g.business.id, "since": clock.now() - ANSWERED_WITHIN}
    orders, unanswered = db.session.execute(wanted, which).one()
    return orders, unanswered


def _in_short(number: int) -> str:
    """A number that has room beside a name in the menu; nothing for none."""
    return f"{_MANY - 1}+" if number >= _MANY else str(number or "")


def _of_orders(orders: str) -> list[tuple[str, str, str, bool]]:
    """The board of a business that takes orders; to staff, who have no services, what is sold out as well."""
    items = [(orders, _("Orders"), "shopping-bag", request.blueprint == "order_board")]
    if not g.membership.is_at_least("manager"):
        sold_out = url_for("items.index", service_id=None)
        items.append((sold_out, _("Items"), "tag", request.blueprint == "items"))
    return items


def _rooms() -> list[tuple[str, str, str, str]]:
    """Each room's first page, its name and icon, and the role it takes to go there."""
    return [
        ("dashboard.index", _("Today"), "list", "staff"),
        ("calendar.show", _("Calendar"), "calendar-days", "staff"),
        ("customers.index", _("Customers"), "contact", "staff"),
        ("notifications.index", _("Messages"), "mail", "manager"),
        ("waitlist.index", _("Waitlist"), "hourglass", "staff"),
        ("manage_reviews.index", _("Reviews"), "star", "staff"),
        ("money.index", _("Money"), "wallet", "manager"),
        ("reports.index", _("Reports"), "chart-column", "manager"),
        ("services.index", _("Services"), "tag", "manager"),
        ("staff.index", _("Team"), "users", "staff"),
        ("rooms.index", _("Rooms"), "door-open", "manager"),
        ("hours.edit", _("Hours"), "clock", "manager"),
        ("settings.edit", _("Settings"), "settings", "manager"),
    ]


def _room() -> str | None:
    """The room one is in: hours are looked after with their owner, and when a class happens with the class."""
    if (
        request.blueprint in {"timetable", "class_dates", "items"}
        or request.endpoint == "payment_terms.edit_of_service"
    ):
        return "services"
    if request.blueprint == "customer_imports":
        return "customers"
    if request.blueprint in {"appointments", "new_booking", "explanations"}:
        return "calendar"
    if request.blueprint == "feeds":
        return "settings" if g.membership.is_at_least("manager") else "calendar"
    if request.blueprint in {
        "reminders",
        "notices",
        "wordings",
        "texting",
        "coupons",
        "payment_terms",
        "online_payment",
        "share",
        "order_settings",
        "sites",
        "archives",
        "history",
    }:
        return "settings"
    return g.whose.room if "whose" in g else request.blueprint


def room_address(endpoint: str, **values: Any) -> str | None:
    """The address of a room of the business one is in; None where there is no such room."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
