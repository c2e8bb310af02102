"""What the pages on which customers order share: whose they are, and what is in the basket.

No session and no cookie: the basket stands in the address, signed.
"""

from typing import Any

from flask import Blueprint, abort, g, request

from app.businesses.guards import find_shown_business
from app.orders.basket import Basket, read_basket, write_basket
from app.orders.checking_out import order_settings

bp = Blueprint("ordering", __name__)


@bp.url_value_preprocessor
def load_business(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The business of the address, if it takes orders."""
    slug = (values or {}).pop("slug")
    g.business = g.get("business") or find_shown_business(slug) or abort(404)
    g.order_settings = order_settings(g.business.id) or abort(404)


@bp.url_defaults
def same_business(_endpoint: str, values: dict[str, Any]) -> None:
    """Links inside stay with the business."""
    if "business" in g:
        values.setdefault("slug", g.business.slug)


def sent_basket() -> Basket:
    """The basket of the address or of the form."""
    return read_basket(g.business.id, request.values.get("basket"))


def token_of(basket: Basket) -> str | None:
    """The basket as it stands in an address; nothing for an empty one."""
    return write_basket(g.business.id, basket) or None
