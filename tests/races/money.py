"""What people, members, clocks and Stripe's news do to money in a race, by ids; `careless` ones lock nothing."""

from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from app.appointments.confirming import confirm as confirming
from app.appointments.discounting import TypedCode
from app.appointments.models import Booking
from app.appointments.placing import Wish
from app.appointments.settling_up import give_back_for
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.core.errors import DomainError
from app.payments import issuing, jobs, refunding, starting
from app.payments.models import Invoice, Payment
from app.payments.owing import lock_invoice
from tests.factories import ANNA
from tests.races import acts


def sync(business: int, payment: int, stripe: str) -> None:
    """A webhook, the page people come back to, or the clock: all of them end here."""
    _asks(stripe)
    jobs.sync_payment(business, payment)


def handle(stripe: str) -> int:
    _asks(stripe)
    return jobs.handle_webhooks()


def reconcile(stripe: str) -> int:
    _asks(stripe)
    return jobs.reconcile_payments()


def send(business: int, refund: int, stripe: str) -> None:
    _asks(stripe)
    jobs.send_refund(business, refund)


def give_back(business: int, booking: int, amount: int, key: str) -> None:
    """A member gives back something of what was paid; the price stays."""
    row = db.session.get_one(Booking, (business, booking))
    words = {"key": key, "reason": "Sorry", "is_owed": True}
    give_back_for(db.session.get_one(Business, business), row, amount, **words, by=ANNA, now=clock.now())


def start(business: int, invoice: int, by_page: bool = False) -> int:
    """Somebody presses "pay"; the payment that is under way."""
    shop, row = db.session.get_one(Business, business), db.session.get_one(Invoice, (business, invoice))
    return starting.start(shop, row, live=False, by_page=by_page, now=clock.now()).id


def issue(business: int, invoice: int) -> str:
    """An invoice gets its number."""
    lock_schedule(business)
    row = lock_invoice(business, invoice)
    shop = db.session.get_one(Business, business)
    return str(issuing.issue(shop, row, by=ANNA, now=clock.now()).number)


def issue_and_fail(business: int, invoice: int) -> None:
    """It gets one, and then something goes wrong."""
    issue(business, invoice)
    raise DomainError


def book_with_code(business: int, service: int, start: int) -> int:
    """A visitor books with the code that is good once, and is to pay a deposit."""
    held = db.session.get_one(Booking, (business, acts.hold(business, Wish(service, start))))
    shop = db.session.get_one(Business, business)
    words = {"host": "book.example", "limits": acts.LIMITS, "code": TypedCode("ONCE")}
    confirming(shop, held, acts.somebody().contact, by=VISITOR, now=clock.now(), **words)
    return held.id


def careless_give_back(business: int, booking: int, amount: int, key: str) -> None:
    """By what was read, and nothing is locked."""
    _unlocked(refunding, lambda: _give_back_unlocked(business, booking, amount, key))


def careless_start(business: int, invoice: int) -> int:
    """The same for a payment."""
    return int(_unlocked(starting, lambda: start(business, invoice)))


def careless_issue(business: int, invoice: int) -> str:
    """The number after the highest there is."""
    row = db.session.get_one(Invoice, (business, invoice))
    issued = select(func.count()).select_from(Invoice).where(Invoice.business_id == business)
    count = db.session.scalar(issued.where(Invoice.number.is_not(None))) or 0
    row.number, row.issued_at, row.seller = f"2026-{count + 1:04}", clock.now(), {}
    row.issued_on = clock.now().date()
    db.session.flush()
    return row.number


def _give_back_unlocked(business: int, booking: int, amount: int, key: str) -> None:
    visit = db.session.get_one(Booking, (business, booking)).visit
    invoice = db.session.scalars(select(Invoice).filter_by(business_id=business, subject_uid=visit)).one()
    shop = db.session.get_one(Business, business)
    words = {"cause": "member", "key": key, "by": ANNA, "now": clock.now()}
    refunding.give_back(shop, invoice, amount, **words)


def _unlocked(module: Any, act: Callable[[], Any]) -> Any:
    """Do something with the module's locks taken away, in this process."""
    kept = module.lock_schedule, module.lock_invoice
    module.lock_schedule = lambda *_: None
    module.lock_invoice = lambda business, invoice: db.session.get_one(Invoice, (business, invoice))
    found = getattr(module, "_with_money", None)
    if found:
        rows = select(Payment)
        module._with_money = lambda invoice, _only: db.session.scalars(
            rows.filter_by(business_id=invoice.business_id, invoice_id=invoice.id)
        ).all()
    try:
        return act()
    finally:
        module.lock_schedule, module.lock_invoice = kept
        if found:
            module._with_money = found


def _asks(stripe: str) -> None:
    current_app.config["STRIPE_API"] = stripe
