"""The statuses of a booking in words, and the ways it came."""

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

# With what is held for somebody who waits: they were asked, and can be named.
MEMBERS_WORDS: dict[str, LazyString] = WORDS | {"offered": _("Offered, no answer yet")}

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

SOURCES: dict[str, LazyString] = {
    "web": _("Your booking page"),
    "widget": _("Your website"),
    "staff": _("Your team"),
    "walk_in": _("Walked in"),
    "import": _("Import"),
    "api": _("Another program"),
    "command": _("Set up by hand"),
}
