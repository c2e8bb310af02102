"""A shop that takes deposits by Stripe, all of it committed: who pays there, and what is left when all is at rest."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.appointments.confirming import confirm
from app.appointments.finding import receipt_token
from app.appointments.jobs import expire_holds
from app.appointments.models import Booking
from app.businesses.models import Business
from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact
from app.payments.jobs import handle_webhooks, reconcile_payments
from app.payments.models import Invoice, Payment, Refund
from app.services.models import Service
from tests.factories import VISITOR, Shop, a_hold, a_shop, a_visitor
from tests.payments.owed import with_keys
from tests.payments.truth import differences, stuck
from tests.races.clients import next_open
from tests.races.invariants import broken_rules
from tests.races.places import RUN_OUT
from tests.stripe_simulator.customer import pay, pay_on_page
from tests.stripe_simulator.simulator import Simulator

PRICE, DEPOSIT = 6000, 2000
OUR_PAGE, STRIPES_PAGE = "/payment/intent", "/payment"
WAYS = {OUR_PAGE: "open_intent", STRIPES_PAGE: "open_page"}
# Everything we wait for by ourselves is due now.
DUE = (
    "UPDATE payments SET next_sync_at = now(), created_at = created_at - interval '5 minutes'"
    " WHERE business_id = :business AND next_sync_at IS NOT NULL",
    "UPDATE refunds SET next_sync_at = now() WHERE business_id = :business AND next_sync_at IS NOT NULL",
)


@dataclass(frozen=True)
class Till:
    """One shop; each method is a transaction of its own."""

    app: Flask
    stripe: Simulator
    business: int
    page: str
    service: int

    @property
    def url(self) -> str:
        return str(self.app.config["SQLALCHEMY_DATABASE_URI"])

    def book(self, number: int = 0, email: str = "olivia@example.com") -> int:
        """Somebody books one of its half hours, and has not paid yet."""
        with self.app.app_context():
            shop = _shop(self)
            visitor = a_visitor(address=f"2001:db8:{token_hex(2)}:{token_hex(2)}::1")
            booking = a_hold(shop, self.start(number), visitor)
            who = {"by": VISITOR, "now": clock.now(), "host": "book.example"}
            confirm(shop.business, booking, Contact("Olivia Park", email), **who)
            db.session.commit()
            return booking.id

    def start(self, number: int) -> datetime:
        return next_open(9 + number)

    def path(self, booking: int, rest: str) -> str:
        with self.app.app_context(), self.app.test_request_context():
            return f"/bookings/{receipt_token(self._booking(booking))}{rest}"

    def press(self, booking: int, rest: str, path: str | None = None) -> str:
        """Press "pay": the secret, or the address of Stripe's page. `path` is where the form stands, of `rest`."""
        answer = self.app.test_client().post(path or self.path(booking, rest))
        assert answer.status_code in (200, 303), answer.status_code
        return str(answer.get_json()["secret"] if rest == OUR_PAGE else answer.location)

    def pay(self, way: str, card: str = "4242 4242 4242 4242") -> bool:
        """By what `press` said; whether Stripe took it."""
        if way.startswith("http"):
            return pay_on_page(way, card).status_code == 303
        return "error" not in pay(self.stripe, way, card)

    def paid(self, number: int = 0) -> int:
        """Somebody who has booked and paid, as Stripe knows and we do not yet."""
        booking = self.book(number)
        assert self.pay(self.press(booking, OUR_PAGE))
        return booking

    def run_out(self) -> None:
        """Half an hour and more passes for all that is held here, and the clock comes by."""
        with self.app.app_context():
            for statement in RUN_OUT:
                db.session.execute(sa.text(statement), {"business": self.business})
            db.session.commit()
            expire_holds()

    def come_to_rest(self) -> None:
        """What is due by itself some minutes later; no webhook comes that has not come."""
        with self.app.app_context():
            handle_webhooks()
            for _ in range(2):
                for statement in DUE:
                    db.session.execute(sa.text(statement), {"business": self.business})
                db.session.commit()
                reconcile_payments()

    def do(self, act: Callable[..., Any], *words: Any) -> Any:
        """Something in a transaction of its own."""
        with self.app.app_context():
            done = act(*words)
            db.session.commit()
            return done

    def status(self, booking: int) -> str:
        with self.app.app_context():
            return str(self._booking(booking).status)

    def sums(self) -> dict[str, int]:
        """What Stripe has got and given back (minor units)."""
        totals = self.stripe.ledger()["totals"].get("eur", {"charged": 0, "refunded": 0})
        return {name: totals[name] for name in ("charged", "refunded")}

    def rows(self, model: type[Payment] | type[Refund] | type[Invoice]) -> list[Any]:
        with self.app.app_context():
            found = list(db.session.scalars(sa.select(model).filter_by(business_id=self.business)))
            db.session.expunge_all()
            return found

    def wrong(self) -> list[str]:
        """All that is not as it should be now that everything is at rest; the ledger has this shop only."""
        with self.app.app_context():
            rules = [*broken_rules(self.business - 1)]
            return [
                *rules,
                *differences(self.stripe.ledger(), self.business),
                *stuck(self.business, clock.now()),
            ]

    def _booking(self, booking: int) -> Booking:
        return db.session.get_one(Booking, (self.business, booking))


def a_till(app: Flask, stripe: Simulator, people: int = 1) -> Till:
    """A shop with so many people that asks for €20 of €60 first."""
    with app.app_context():
        shop = a_shop(people, price_cents=PRICE, prepay="deposit", deposit_cents=DEPOSIT)
        with_keys(shop.business, stripe)
        db.session.commit()
        return Till(app, stripe, shop.business.id, shop.page, shop.service.id)


def _shop(till: Till) -> Shop:
    business = db.session.get_one(Business, till.business)
    return Shop(business, db.session.get_one(Service, (till.business, till.service)), ())
