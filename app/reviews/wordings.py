"""How customers are asked what it was like, in our words; and what a business can make its own of."""

from flask_babel import lazy_gettext as _

from app.notifications.kinds import Fill, Wording
from app.orders.wordings import FILLS as OF_ORDERS

FILLS = {it: OF_ORDERS[it] for it in ("customer_name", "business_name", "number", "items", "time")} | {
    "link": Fill(_("The way to the review; a button where it has a line to itself"), "https://…/reviews/…")
}
INVITATION = {
    "email": Wording(
        _(
            "How was it, {customer_name}?\n\nDid you like what you ordered? A few words help others to choose,"
            " and tell {business_name} what to keep and what to change. It takes a minute."
        ),
        _("How was your order at {business_name}?"),
    ),
    "sms": Wording(_("{business_name}: how was your order {number}? Please tell us: {link}")),
}
