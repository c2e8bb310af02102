"""What the states and ways of orders are called."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

# To whoever ordered.
STATUSES: Mapping[str, LazyString] = {
    "held": _("Not finished"),
    "pending_payment": _("Waits for payment"),
    "placed": _("Ordered"),
    "accepted": _("Accepted"),
    "preparing": _("Being prepared"),
    "ready": _("Ready"),
    "fulfilled": _("Done"),
    "declined": _("Declined"),
    "cancelled": _("Cancelled"),
    "expired": _("Expired"),
}
# How somebody gets it.
WAYS: Mapping[str, LazyString] = {
    "pickup": _("Pick up"),
    "delivery": _("Delivery"),
    "table": _("At the table"),
}
# What an order goes through, in this order.
STEPS = ("placed", "accepted", "preparing", "ready", "fulfilled")
