"""What the pages of members about orders share: the way in, and where a press leads."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from app.businesses.guards import members_only
from app.core import clock, hx
from app.numbered import address_of_each
from app.orders.board import board_of
from app.orders.finding import load_order
from app.orders.forms.settings import PauseForm
from app.orders.models import Order
from app.orders.ruling import OPEN_END, counted_settings
from app.orders.serving import NEXT, ending_of
from app.orders.words import ACTIONS, FOR_MEMBERS, WAYS

bp = Blueprint("order_board", __name__, url_prefix="/manage/<slug>/orders")
bp.before_request(members_only)


def load(order_id: int) -> Order:
    """An order of this business; one that was never finished is none."""
    order = load_order(g.business.id, order_id)
    return order if order is not None and order.status != "held" else abort(404)


def is_on_page() -> bool:
    """Whether a button stood on the page of the order, not on the board."""
    return request.form.get("back") == "order"


def go_on(order: Order) -> Response:
    """Where the button stood."""
    return hx.follow(url_for(".show", order_id=order.id) if is_on_page() else url_for(".index"))


def board_page(status: int = 200, problem: str | None = None, pause: PauseForm | None = None) -> Response:
    """The board. The count of changes is read first, so that what is written meanwhile is shown later."""
    now, (count, settings) = clock.now(), counted_settings(g.business.id)
    until = settings.paused_until if settings else None
    return hx.render(
        "orders/board/index.html",
        "orders/board/_board.html",
        status,
        business=g.business,
        count=count,
        board=board_of(g.business, settings, now),
        problem=problem,
        pause=pause or PauseForm(formdata=None),
        paused_until=until if until and until > now else None,
        is_open_end=until == OPEN_END,
        may_give_back=may_give_back(),
        **words(),
        **for_every_card(),
    )


def words() -> dict[str, Any]:
    """What the pages call the states, and what leads from one to the next. A board says each word hundreds of times."""
    said = {"states": FOR_MEMBERS, "actions": ACTIONS, "ways": WAYS}
    in_words = {name: {key: str(word) for key, word in those.items()} for name, those in said.items()}
    return in_words | {"next": NEXT, "ending_of": ending_of}


def for_every_card() -> dict[str, Mapping[str, str]]:
    """What all cards have in common but for a number: what is `said` of an order, and the addresses it is `at`."""
    said = {
        "name": _("Order %(number)s", number="{}"),
        "print": _("Print %(order)s", order=_("Order %(number)s", number="{}")),
        "decline": _("Decline %(order)s", order=_("Order %(number)s", number="{}")),
        "cancel": _("Cancel %(order)s", order=_("Order %(number)s", number="{}")),
    }
    pages = ("show", "show_ticket", "new_handover", "new_ending", "create_step")
    return {"said": said, "at": {page: address_of_each(f".{page}", "order_id") for page in pages}}


def may_give_back() -> bool:
    """Whether this member may end an order that is paid."""
    return bool(g.membership.is_at_least("manager"))
