"""What customers read about the money of their visit: before they book it, on its receipt, before they cancel."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from flask_babel import gettext as _

from app.appointments.agreeing import agreed, counted_from, due_first
from app.appointments.billing import find_bill
from app.appointments.choosing import Choice
from app.appointments.discounting import with_discount
from app.appointments.models import WAITED_FOR, Booking
from app.appointments.paying_back import is_companion, went_back, would_go_back
from app.businesses.models import Business
from app.core.card_amounts import askable
from app.core.money import split
from app.payments.models import Invoice
from app.payments.redeeming import Discount
from app.payments.stripe.account import account_of
from app.payments.terms import terms_of
from app.terms_in_words import (
    Occasion,
    absence_in_words,
    cancelling_in_words,
    due_in_words,
    money_in_words,
)


class More(NamedTuple):
    """What is bought with a visit: what of it is paid first, and all of it (minor units)."""

    first: int
    total: int


NOTHING_MORE = More(0, 0)


def of_choice(business: Business, choice: Choice, more: More = NOTHING_MORE) -> str:
    """What is paid when, for somebody who still chooses; `more` is bought with it."""
    if choice.total_cents == 0 and not choice.price_varies and not more.total:
        return _("There is nothing to pay.")
    first = [(terms_of(business, it.service), it) for it in choice.parts]
    # Of what is free, or has its price on request, nothing is paid first.
    asks = any(terms.prepay != "none" and (it.price_cents or it.price_varies) for terms, it in first)
    if not (asks or more.first) or account_of(business.id) is None:
        return _("Nothing is paid now. You pay on site.")
    if choice.total_cents is None or choice.price_varies:
        return _("Something is paid online when you book. You see how much before.")
    whole = sum(terms.due_first((it.price_cents or 0) * choice.places, choice.places) for terms, it in first)
    due = askable(whole + more.first, business.currency)
    if not due:
        return _("Nothing is paid now. You pay on site.")
    if any(it.service.approval for it in choice.parts):
        return _once_accepted(due, business.currency)
    return due_in_words(due, choice.total_cents + more.total, business.currency)


def before_booking(
    business: Business,
    bookings: Sequence[Booking],
    now: datetime,
    discount: Discount | None = None,
    more: More = NOTHING_MORE,
) -> list[str]:
    """What is paid first, and what goes back until when; nothing where nothing can be asked for first.

    `discount` is what a code will take off that is not used yet, `more` what is bought with the visit.
    """
    cost = with_discount(bookings, discount) if discount else {it.id: it.total_cents for it in bookings}
    due = due_first(bookings, cost=cost)
    if not (due or more.first) or account_of(business.id) is None:
        return []
    parts = split(due, [agreed(it).due_first(cost[it.id], it.places) for it in bookings])
    paid = {it.id: part for it, part in zip(bookings, parts, strict=True)}
    if any(it.policy.get("approval") and it.status != "pending_payment" for it in bookings):
        first = _once_accepted(due, business.currency)
    else:
        first = due_in_words(due + more.first, sum(cost.values()) + more.total, business.currency)
    untold = [] if all(it.is_priced for it in bookings) else [_("What is on request is paid on site.")]
    return [first, *untold, *_terms(bookings, paid, now)]


def of_visit(
    business: Business, bookings: Sequence[Booking], now: datetime, *, says_rest: bool = True
) -> list[str]:
    """What was paid for a visit, what is left to pay, what went back, and what still would until when.

    Without `says_rest` not what is left to pay: that stands beside the way to pay it.
    """
    waits = all(it.status != "requested" for it in bookings)
    if waits and (unpaid := [it for it in bookings if it.status == "pending_payment"]):
        return before_booking(business, unpaid, now, more=_bought_with(business, bookings))
    invoice = find_bill(business.id, bookings[0])
    asked = [it for it in bookings if it.live] if any(it.status == "requested" for it in bookings) else []
    if asked and not (invoice and invoice.paid_cents):
        return before_booking(business, asked, now)
    if invoice is None or not (invoice.paid_cents or invoice.due_now_cents):
        return []
    left = [it for it in bookings if it.live]
    back = would_go_back(business, bookings, left, now)
    ahead = [it for it in left if it.status in WAITED_FOR] if back else []
    paid = {it: part.paid for it, part in back.parts.items()} if back else {}
    return [
        *_so_far(invoice, is_ahead=bool(left), says_rest=says_rest),
        *(_terms(ahead, paid, now) if ahead else []),
    ]


def owed_again_words(bookings: Sequence[Booking]) -> str | None:
    """What whoever takes a cancellation back has to know about the money."""
    back = went_back(bookings)
    if not back:
        return None
    money = money_in_words(back, bookings[0].currency)
    return _("%(money)s goes back to you; if you take it back, that is owed again.", money=money)


def _bought_with(business: Business, bookings: Sequence[Booking]) -> More:
    """What is on the invoice of a visit and is no booking."""
    invoice = find_bill(business.id, bookings[0])
    lines = [it for it in invoice.lines if is_companion(it)] if invoice else []
    return More(sum(it.prepay_cents for it in lines), sum(it.amount_cents for it in lines))


def _once_accepted(due: int, currency: str) -> str:
    money = money_in_words(due, currency)
    return _("Nothing is paid now. Once your request is accepted, %(money)s is paid first.", money=money)


def _so_far(invoice: Invoice, *, is_ahead: bool, says_rest: bool) -> list[str]:
    currency = invoice.currency
    said = []
    if invoice.paid_cents:
        said.append(_("Paid: %(money)s.", money=money_in_words(invoice.paid_cents, currency)))
    if invoice.refunded_cents:
        back = money_in_words(invoice.refunded_cents, currency)
        said.append(_("%(money)s goes back to you.", money=back))
    if invoice.open_cents and says_rest:
        said.append(_("Left to pay: %(money)s.", money=money_in_words(invoice.open_cents, currency)))
    elif invoice.kept_cents and not invoice.open_cents and not is_ahead:
        kept = money_in_words(invoice.kept_cents, currency)
        said.append(_("%(money)s is kept, as was agreed.", money=kept))
    return said


def _terms(bookings: Sequence[Booking], paid: Mapping[int, int], now: datetime) -> list[str]:
    """The terms of a visit; those of each service where they differ."""
    start, zone = counted_from(bookings), bookings[0].zone
    in_order = sorted(bookings, key=lambda it: str(agreed(it)))
    groups = [list(those) for _of, those in groupby(in_order, key=lambda it: str(agreed(it)))]
    said = []
    for those in groups:
        terms, currency = agreed(those[0]), those[0].currency
        sums = sum(paid[it.id] for it in those)
        if not sums:
            continue
        occasion = Occasion(start, zone, now, sums)
        words = (
            f"{cancelling_in_words(terms, currency, occasion)} {absence_in_words(terms, currency, occasion)}"
        )
        name = ", ".join(dict.fromkeys(it.service_name for it in those))
        said.append(words if len(groups) == 1 else _("%(service)s: %(words)s", service=name, words=words))
    return said
