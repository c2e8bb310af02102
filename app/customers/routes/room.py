"""What the pages of customers share: the way in, and whose page it is."""

from typing import NoReturn

from flask import Blueprint, abort, g, url_for

from app.appointments.acquaintance import is_open_to
from app.businesses.guards import members_only
from app.core import hx
from app.customers.models import Customer
from app.customers.searching import find_customer, merged_into

bp = Blueprint("customers", __name__, url_prefix="/manage/<slug>/customers")
bp.before_request(members_only)


def sees_all() -> bool:
    """Whether the member knows every customer, and what each has paid."""
    return bool(g.membership.is_at_least("manager"))


def load(customer_id: int) -> Customer:
    """A customer of the business; 404 for others, 403 for whom the member does not know.

    Who was merged with another is found there: old addresses lead on.
    """
    customer = find_customer(g.business.id, customer_id) or _led_on(customer_id)
    if not is_open_to(g.membership, customer_id):
        abort(403)
    return customer


def _led_on(customer_id: int) -> NoReturn:
    survivor = merged_into(g.business.id, customer_id) or abort(404)
    abort(hx.go_to(url_for(".show", customer_id=survivor)))
