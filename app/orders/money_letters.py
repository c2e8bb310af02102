"""The letters about the money of an order: to its customer, and to owners who have to look after it."""

from dataclasses import replace

from flask_babel import force_locale
from flask_babel import gettext as _

from app.appointments.money_letters import Sum, how_it_goes_back, refunds_of_letter
from app.businesses.finding import load_business
from app.core.db import db
from app.core.mail import address_of, render_lines
from app.notifications.kinds import Letter
from app.notifications.models import Notification
from app.orders.billing import ORDER, find_bill
from app.orders.finding import order_token
from app.orders.letters import letter_about, made_up_order, order_of_letter, to_member
from app.orders.models import Order
from app.orders.wordings import FILLS
from app.payments.finding import issued_for
from app.payments.models import Invoice, Payment, Refund
from app.payments.unexpected import finding_of
from app.payments.wording import finding_in_words


def receipt(row: Notification) -> Letter:
    """What was paid, by which way, and what is left; with the invoice where there is one."""
    order = order_of_letter(row)
    payment = db.session.get_one(Payment, (row.business_id, row.payload["payment"]))
    bill = find_bill(order)
    papers = issued_for(order.business_id, ORDER, order.uid)
    paper = next((it for it in reversed(papers) if it.kind == "invoice"), None)
    left = bill.open_cents if bill else None
    money = Sum(payment.received_cents, payment.currency, left=left, method=payment.method)
    return _to_payer(row, order, money, paper=paper)


def returned(row: Notification) -> Letter:
    """How much goes back, how, and why."""
    refunds, method = refunds_of_letter(row)
    order = order_of_letter(row)
    reason = next((it.reason for it in refunds if it.reason), None)
    money = Sum(sum(it.amount_cents for it in refunds), order.currency, method=method)
    return _to_payer(row, order, money, reason=reason, goes_back=True)


def sample_receipt(row: Notification) -> Letter:
    """To somebody made up, who has paid by card."""
    order = made_up_order(row, "accepted")
    return _to_payer(row, order, Sum(order.total_cents, order.currency, left=0, method="stripe"))


def sample_returned(row: Notification) -> Letter:
    """To somebody made up, who gets back what they paid by card."""
    order = made_up_order(row, "accepted")
    money = Sum(order.total_cents, order.currency, method="stripe")
    return _to_payer(row, order, money, reason=str(FILLS["reason"].sample), goes_back=True)


def payment_in_doubt(row: Notification) -> Letter:
    """To an owner: money somebody has to look at, and why."""
    payment = db.session.get_one(Payment, (row.business_id, row.payload["payment"]))
    found = finding_of(payment)
    came = Sum(found.received, found.currency) if found else Sum(payment.amount_cents, payment.currency)
    with force_locale(_locale(row)):
        return _to_owner(row, came, finding_in_words(payment))


def refund_failed(row: Notification) -> Letter:
    """To an owner: what should have gone back and did not, and why."""
    refund = db.session.get_one(Refund, (row.business_id, row.payload["refund"]))
    payment = db.session.get_one(Payment, (row.business_id, refund.payment_id))
    return _to_owner(row, Sum(refund.amount_cents, payment.currency), refund.failure)


def _to_payer(
    row: Notification,
    order: Order,
    money: Sum,
    *,
    paper: Invoice | None = None,
    reason: str | None = None,
    goes_back: bool = False,
) -> Letter:
    """A letter about this money of an order; its button leads to the paper, where there is one."""
    letter = letter_about(row, order, paid=0, left=0, returned=0)
    page = letter.words["link"]
    if paper is not None:
        page = address_of("orders.show_invoice", token=order_token(order), invoice=paper.uid)
    with force_locale(_locale(row)):
        news = how_it_goes_back(money.method or "") if goes_back else ""
        why = _("Why: %(reason)s", reason=" ".join(reason.split())) if reason else ""
    fills = {**letter.fills, **_amounts(row, money), "news": news, "reason": why, "link": page}
    words = {**letter.words, "money": money, "paper": paper, "page": page}
    return replace(letter, words=words, fills=fills)


def _to_owner(row: Notification, money: Sum, reason: str | None) -> Letter:
    """It is about money, and looked after among all that waits for a decision."""
    letter = to_member(row)
    page = address_of("money.index_reviews", slug=load_business(row.business_id or 0).slug)
    words = {"amount": _amounts(row, money)["amount"], "reason": reason, "page": page}
    return replace(letter, words={**letter.words, **words})


def _amounts(row: Notification, money: Sum) -> dict[str, str]:
    return render_lines("mail/_money_fills.txt", row.language, {"money": money, "zone": "UTC"})


def _locale(row: Notification) -> str:
    return row.language.replace("-", "_")
