"""The statuses of a booking in words."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

WORDS: dict[str, LazyString] = {
    "held": _("Being booked"),
    "pending_payment": _("Waiting for payment"),
    "requested": _("Waiting for your answer"),
    "confirmed": _("Confirmed"),
    "completed": _("Done"),
    "no_show": _("Did not come"),
    "cancelled": _("Cancelled"),
    "declined": _("Declined"),
    "expired": _("Ran out"),
}

# The same as a customer reads them.
CUSTOMERS_WORDS: dict[str, LazyString] = {
    "pending_payment": _("Waiting for payment"),
    "requested": _("Waiting for an answer"),
    "confirmed": _("Confirmed"),
    "completed": _("Completed"),
    "no_show": _("Missed"),
    "cancelled": _("Cancelled"),
    "declined": _("Declined"),
    "expired": _("Expired"),
}
