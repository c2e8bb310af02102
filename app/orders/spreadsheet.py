"""Orders as a table for other programs."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from app.businesses.models import Business
from app.core.spreadsheets import date_and_time, plain_amount
from app.orders.bills import bills_of
from app.orders.models import Order
from app.orders.words import FOR_MEMBERS, WAYS, line_in_words
from app.payments.models import Invoice


def heads() -> list[str]:
    """What stands above the columns."""
    return [
        *(_("Number"), _("Date"), _("Time"), _("Due on"), _("Due at"), _("State"), _("Way"), _("Where")),
        *(_("Customer"), _("E-mail"), _("Phone"), _("What"), _("Wishes"), _("Delivery"), _("Total")),
        *(_("Paid"), _("Given back"), _("Currency"), _("Invoice"), _("Why"), _("Internal note")),
    ]


def rows_of(business: Business, orders: Sequence[Order]) -> Iterator[list[object]]:
    """One line for each order, its bill with it: one statement for all of them."""
    bills = bills_of(business.id, orders)
    for it in orders:
        yield [
            it.number,
            *date_and_time(it.placed_at, business.zone),
            *date_and_time(it.due_at, business.zone),
            *(FOR_MEMBERS[it.status], WAYS[it.way], where_of(it)),
            *(it.contact_name, it.contact_email, it.contact_phone),
            "; ".join(map(line_in_words, it.lines)),
            it.note,
            *(plain_amount(cents, it.currency) for cents in (it.delivery_cents, it.total_cents)),
            *_paid(it, bills.get(it.id)),
            it.reason,
            it.member_note,
        ]


def where_of(order: Order) -> str | None:
    """Where it goes: an address or a table; nothing for what is picked up."""
    if order.way == "table":
        return order.at_table
    place = " ".join(it for it in (order.postcode, order.city) if it)
    return ", ".join(it for it in (order.street, place) if it) or None


def _paid(order: Order, bill: Invoice | None) -> list[object]:
    """What was paid and went back, and the invoice; what came with a visit is paid with that, nobody says how much."""
    paid, back = (bill.paid_cents, bill.refunded_cents) if bill else (0, 0)
    if order.visit:
        return [None, None, order.currency, bill.number if bill else None]
    return [
        plain_amount(paid, order.currency),
        plain_amount(back, order.currency),
        order.currency,
        bill.number if bill else None,
    ]
