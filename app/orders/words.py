"""What the states and ways of orders are called."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.orders.models import OrderLine

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
# To those who make it.
FOR_MEMBERS: Mapping[str, LazyString] = {
    **STATUSES,
    "placed": _("New"),
    "preparing": _("In the making"),
    "fulfilled": _("Handed over"),
}
# What a member presses to get an order there.
ACTIONS: Mapping[str, LazyString] = {
    "accepted": _("Accept"),
    "preparing": _("Begin"),
    "ready": _("It is ready"),
    "fulfilled": _("Hand over"),
    "declined": _("Decline"),
    "cancelled": _("Cancel the order"),
}
# How somebody gets it.
WAYS: Mapping[str, LazyString] = {
    "pickup": _("Pick up"),
    "delivery": _("Delivery"),
    "table": _("At the table"),
}
# What an order goes through, in this order.
STEPS = ("placed", "accepted", "preparing", "ready", "fulfilled")


def line_in_words(line: OrderLine) -> str:
    """What was ordered, on one line: 2 × Margherita (Large), no basil."""
    options = ", ".join(it["name"] for it in line.options)
    named = f"{line.quantity} × {line.name}" + (f" ({options})" if options else "")
    return ", ".join(it for it in (named, line.note) if it)
