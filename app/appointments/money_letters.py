"""The letters about the money of a visit to its customer: what each says at the moment it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app.appointments.billing import VISIT, find_bill
from app.appointments.choosing import written
from app.appointments.confirming import wish_of
from app.appointments.finding import receipt_token
from app.appointments.free_times import next_times
from app.appointments.letters import to_customer
from app.appointments.models import Booking, Hold
from app.appointments.payable import rest_to_pay
from app.appointments.subjects import Visit, bookings_about, visits_of
from app.businesses.finding import load_business
from app.businesses.models import Business
from app.core import clock
from app.core.db import db
from app.core.mail import address_of, render_lines
from app.notifications.kinds import Letter
from app.notifications.models import Notification
from app.payments.finding import issued_for
from app.payments.models import Invoice, Payment, Refund


@dataclass(frozen=True, slots=True)
class Sum:
    """What a letter is about (minor units): of a `total` so much, by which `method`, so much `left`, `until` when."""

    amount: int
    currency: str
    total: int | None = None
    left: int | None = None
    method: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OtherTime:
    """A time that is free now: its date and minute where its reader is, and the address at which it is chosen."""

    day: date
    minute: int
    link: str


def due(row: Notification) -> Letter:
    """Accepted; so much is to be paid until then."""
    business, visit, bill = _read(row)
    money = _to_pay(row, visit, bill)
    return to_payer(row, business, visit, money, link=_paying_page(visit), action="pay")


def failed(row: Notification) -> Letter:
    """It did not work, and can be tried again until then."""
    business, visit, bill = _read(row)
    money = _to_pay(row, visit, bill)
    return to_payer(row, business, visit, money, link=_paying_page(visit), action="again")


def lapsed(row: Notification) -> Letter:
    """Nobody has paid; the time is free again."""
    business, visit, bill = _read(row)
    link = _same_again(business, visit)
    money = Sum(bill.total_cents if bill else 0, visit.receipt.first.currency)
    return to_payer(row, business, visit, money, link=link, action="choose", is_gone=True)


def receipt(row: Notification) -> Letter:
    """What was paid for what, by which way, and what is left; with the invoice where there is one."""
    business, visit, bill = _read(row)
    payment = db.session.get_one(Payment, (row.business_id, row.payload["payment"]))
    papers = issued_for(business.id, VISIT, visit.receipt.first.visit)
    paper = next((it for it in reversed(papers) if it.kind == "invoice"), None)
    token = receipt_token(visit.receipt.first)
    link = paper and address_of("bookings.show_invoice_of_visit", token=token, invoice=paper.uid)
    money = Sum(
        payment.received_cents,
        payment.currency,
        total=bill.total_cents - (bill.credited_cents or 0) if bill else None,
        left=bill.open_cents if bill else None,
        method=payment.method,
    )
    return to_payer(
        row,
        business,
        visit,
        money,
        link=link or visit.link,
        action="invoice" if link else "see",
        paper=paper,
        rest=_paying_page(visit) if rest_to_pay(business, visit.receipt) else None,
        is_gone=not any(it.live for it in visit.receipt.bookings),
    )


def returned(row: Notification) -> Letter:
    """How much goes back, how, and why."""
    business, visit, _bill = _read(row)
    refunds, method = refunds_of_letter(row)
    amount = sum(it.amount_cents for it in refunds)
    reason = next((it.reason for it in refunds if it.reason), None)
    with force_locale(row.language.replace("-", "_")):
        news = how_it_goes_back(method)
        why = _("Why: %(reason)s", reason=reason) if reason else ""
    money = Sum(amount, visit.receipt.first.currency, method=method)
    gone = not any(it.live for it in visit.receipt.bookings)
    return to_payer(
        row, business, visit, money, link=visit.link, action="see", news=news, reason=why, is_gone=gone
    )


def late(row: Notification) -> Letter:
    """Paid when the place was gone: all of it goes back, and these times are free."""
    business, visit, _bill = _read(row)
    refunds, method = refunds_of_letter(row)
    bookings = visit.receipt.bookings
    was_given_up = any(it.status == "cancelled" for it in bookings)
    with force_locale(row.language.replace("-", "_")):
        came = came_late(was_given_up=was_given_up)
        news = f"{came} {how_it_goes_back(method)}"
    times = [] if was_given_up else other_times(business, bookings, clock.now())
    money = Sum(sum(it.amount_cents for it in refunds), visit.receipt.first.currency, method=method)
    link = _same_again(business, visit)
    return to_payer(
        row, business, visit, money, link=link, action="choose", news=news, is_gone=True, times=times
    )


def to_payer(
    row: Notification,
    business: Business,
    visit: Visit,
    money: Sum,
    *,
    link: str,
    action: str,
    news: str = "",
    reason: str = "",
    is_gone: bool = False,
    times: Sequence[OtherTime] = (),
    paper: Invoice | None = None,
    rest: str | None = None,
) -> Letter:
    """A letter about this money of a visit. `action` says what the button to `link` does, as its template calls it.

    `rest` is where what is left can be paid.
    """
    more: dict[str, Any] = {"is_gone": is_gone, "times": times, "paper": paper, "rest": rest}
    letter = to_customer(
        row,
        business,
        [visit],
        link=link,
        news=news,
        reason=reason,
        money=money,
        action=action,
        page=link,
        **more,
    )
    facts = {"money": money, "zone": visit.receipt.first.zone}
    return replace(
        letter, fills={**letter.fills, **render_lines("mail/_money_fills.txt", row.language, facts)}
    )


def how_it_goes_back(method: str) -> str:
    """By which way money goes back, in a sentence."""
    if method == "stripe":
        return _("It goes to the card or account it was paid with and arrives within ten days.")
    if method == "transfer":
        return _("It was sent by bank transfer.")
    return _("It was given back at the shop.")


def came_late(*, was_given_up: bool) -> str:
    """Why what was paid is not kept, in a sentence."""
    if was_given_up:
        return _("Your payment came in after the booking was cancelled, so all of it goes back.")
    return _(
        "Your payment came in after the time to pay was over, and the time cannot be had any more. All of it goes back."
    )


def other_times(business: Business, bookings: Sequence[Booking], now: datetime) -> list[OtherTime]:
    """Three times at which the same can be had, each with the address at which it is chosen."""
    if business.status != "open":
        return []
    wish = wish_of(bookings)
    query: dict[str, Any] = {"slug": business.slug, **written(wish.parts)}
    return [
        OtherTime(it.day, it.minute, address_of("flow.new", **query, date=it.day.isoformat(), start=it.wire))
        for it in next_times(business, wish, now)
    ]


def booking_page(business: Business) -> str | None:
    """Where something is booked; nowhere while the business is closed for bookings."""
    return address_of("flow.new", slug=business.slug) if business.status == "open" else None


def refunds_of_letter(row: Notification) -> tuple[list[Refund], str]:
    """What goes back by this message, and by which way."""
    rows = select(Refund, Payment.method).join(
        Payment, (Payment.business_id == Refund.business_id) & (Payment.id == Refund.payment_id)
    )
    those = rows.where(Refund.business_id == row.business_id, Refund.id.in_(row.payload.get("refunds", ())))
    found = db.session.execute(those.order_by(Refund.id)).all()
    # Where all of it failed, nobody is told; a member who looks at the message reads what it would have been.
    left = [pair for pair in found if pair[0].status != "failed"] or found
    return [it for it, _method in left], next((method for _refund, method in left), "stripe")


def _read(row: Notification) -> tuple[Business, Visit, Invoice | None]:
    bookings = bookings_about(row)
    business = load_business(bookings[0].business_id)
    [visit] = visits_of(bookings, gone=True)
    return business, visit, find_bill(business.id, bookings[0])


def _to_pay(row: Notification, visit: Visit, bill: Invoice | None) -> Sum:
    """What is to be paid by when; of what is over by now, what it was."""
    ticket = db.session.get(Hold, (row.business_id, row.payload.get("hold", 0)), populate_existing=True)
    until = ticket.expires_at if ticket else row.expires_at
    if bill is None:
        return Sum(0, visit.receipt.first.currency, until=until)
    amount = bill.due_now_cents or bill.prepay_cents
    return Sum(amount, bill.currency, left=max(0, bill.total_cents - bill.kept_cents - amount), until=until)


def _same_again(business: Business, visit: Visit) -> str:
    """Where the same is booked once more; the visit's own page while the business is closed for bookings."""
    if business.status != "open":
        return visit.link
    return address_of("flow.new", slug=business.slug, **written(wish_of(visit.receipt.bookings).parts))


def _paying_page(visit: Visit) -> str:
    return address_of("bookings.new_payment", token=receipt_token(visit.receipt.first))
