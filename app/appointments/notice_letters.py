"""The letters about a booking to members: what customers did."""

from datetime import datetime
from typing import Any

from flask_babel import force_locale

from app.appointments.money_letters import Sum
from app.appointments.statuses import WORDS
from app.appointments.subjects import Visit, bookings_about, visits_of
from app.businesses.finding import load_business
from app.businesses.letters import common_words
from app.businesses.models import Business
from app.core.db import db
from app.core.mail import address_of, render_lines
from app.notifications.kinds import Letter
from app.notifications.models import Notification
from app.payments.models import Payment, Refund
from app.payments.unexpected import finding_of
from app.payments.wording import finding_in_words


def new(row: Notification) -> Letter:
    """Who booked or asked for what, and where to answer."""
    return _to_member(row, by=row.payload.get("by"))


def changed(row: Notification) -> Letter:
    """A customer moved their booking: from when to when."""
    was = {
        int(number): (datetime.fromisoformat(place[0]), datetime.fromisoformat(place[1]), place[2])
        for number, place in row.payload.get("was", {}).items()
    }
    return _to_member(row, was=was)


def given_up(row: Notification) -> Letter:
    """A customer cancelled, and why."""
    parts = set(row.payload.get("parts", ()))
    gone = [it for it in bookings_about(row) if it.id in parts]
    return _to_member(
        row, gone=gone, reason=next((it.cancel_reason for it in gone if it.cancel_reason), None)
    )


def answered(row: Notification) -> Letter:
    """A customer answered a reminder."""
    return _to_member(row, coming=bool(row.payload.get("coming")))


def unpaid(row: Notification) -> Letter:
    """What was accepted was not paid, and is free again."""
    return _to_member(row)


def payment_in_doubt(row: Notification) -> Letter:
    """Money somebody has to look at, and why."""
    payment = db.session.get_one(Payment, (row.business_id, row.payload["payment"]))
    found = finding_of(payment)
    came = (found.received, found.currency) if found else (payment.amount_cents, payment.currency)
    with force_locale(row.language.replace("-", "_")):
        return _to_owner(row, *came, finding_in_words(payment))


def refund_failed(row: Notification) -> Letter:
    """What should have gone back and did not, and why."""
    refund = db.session.get_one(Refund, (row.business_id, row.payload["refund"]))
    payment = db.session.get_one(Payment, (row.business_id, refund.payment_id))
    return _to_owner(row, refund.amount_cents, payment.currency, refund.failure)


def _to_owner(row: Notification, cents: int, currency: str, reason: str | None) -> Letter:
    """It is about money (minor units), and looked after among all that waits for a decision."""
    page = address_of("money.index_reviews", slug=load_business(row.business_id or 0).slug)
    words = render_lines(
        "mail/_money_fills.txt", row.language, {"money": Sum(cents, currency), "zone": "UTC"}
    )
    return _to_member(row, amount=words["amount"], reason=reason, settings=None, page=page)


def _to_member(row: Notification, **more: Any) -> Letter:
    bookings = bookings_about(row)
    business = load_business(bookings[0].business_id)
    visits = visits_of(bookings) or visits_of(bookings, gone=True)
    words = {
        "visits": visits,
        "page": _page(business, visits),
        "statuses": WORDS,
        "settings": address_of("notices.edit", slug=business.slug),
        **more,
    }
    return Letter(
        sender=business.name,
        reply_to=visits[0].receipt.first.contact_email,
        words=common_words(business) | words,
    )


def _page(business: Business, visits: list[Visit]) -> str:
    """Where a member looks at it: at the part that waits for an answer, where one does."""
    kept = [it for visit in visits for it in visit.receipt.kept]
    waiting = next((it for it in kept if it.status == "requested"), kept[0])
    return address_of("appointments.show", slug=business.slug, appointment_id=waiting.appointment_id)
