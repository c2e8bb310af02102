"""Whatever customers, members, Stripe and the clock do to the money of a shop, in whatever order: the sums agree."""

# ruff: noqa: F811

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, event, example, given, settings
from hypothesis import strategies as st

from app.appointments.billing import subject_of
from app.appointments.cancelling import cancel_together
from app.appointments.confirming import confirm
from app.appointments.discounting import TypedCode
from app.appointments.finding import bookings_of_visit, receipt_token
from app.appointments.finishing import complete, mark_no_show
from app.appointments.holding import hold
from app.appointments.jobs import expire_holds
from app.appointments.models import Booking
from app.appointments.placing import Wish
from app.appointments.rescheduling import reschedule
from app.appointments.settling_up import give_back_for, issue_for, take_for
from app.appointments.undoing import undo
from app.businesses.models import Business
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.customers.meeting import Contact
from app.payments.jobs import handle_webhooks, reconcile_payments
from app.payments.models import Refund
from app.payments.owing import find_invoice
from app.payments.refund_steps import RefundStep
from app.payments.refunding import hand_out
from app.payments.terms import Terms
from app.schedule.loading import Part
from app.schedule.wall_clock import epoch_minute
from tests.appointments.paid import agree
from tests.conftest import NOW
from tests.factories import ANNA, VISITOR, Shop, a_shop, a_visitor, berlin
from tests.payments.conftest import running_simulator, stripe, stripe_simulator  # noqa: F401
from tests.payments.coupons import a_coupon
from tests.payments.owed import with_keys
from tests.payments.telling import events_of, tell
from tests.payments.truth import differences, stuck, under_way
from tests.races.invariants import broken_rules
from tests.stripe_simulator.customer import pay, pay_on_page
from tests.stripe_simulator.simulator import Simulator

OLIVIA = Actor("customer", "Olivia Park")
FIRST = berlin("2027-03-02 09:00")
PRICE = 6000  # so many cents, yen or fils
CARDS = ("4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0000 0000 7775", "4000 0000 0000 7726")
ENDS = ("succeed", "fail", "pass", "refuse")
ACCIDENTS = ("cut", "fail")

WHICH = st.integers(0, 3)
SHARE = st.sampled_from([1, 2, 3])  # thirds
DEEDS = st.one_of(
    st.tuples(st.just("book"), st.integers(1, 2), st.booleans()),
    st.tuples(st.just("begin"), WHICH, st.sampled_from(["/payment", "/payment/intent"])),
    st.tuples(st.just("pay"), WHICH, st.sampled_from(CARDS)),
    st.tuples(st.just("pay"), WHICH, st.just(CARDS[0])),
    st.tuples(st.just("end_payment"), WHICH, st.sampled_from(ENDS)),
    st.tuples(st.just("end_refund"), WHICH, st.sampled_from(ENDS[:2])),
    st.tuples(st.just("hear"), st.integers(0, 40), st.integers(1, 2)),
    st.tuples(st.just("hear_all"), st.sampled_from([1, -1]), st.integers(1, 2)),
    st.tuples(st.just("take"), WHICH, SHARE),
    st.tuples(st.just("give_back"), WHICH, SHARE),
    st.tuples(st.just("give_back_at_stripe"), WHICH, SHARE),
    st.tuples(st.just("hand_out"), WHICH, st.none()),
    st.tuples(st.just("cancel"), WHICH, st.sampled_from(["customer", "member", "one part"])),
    st.tuples(st.just("undo"), WHICH, st.none()),
    st.tuples(st.just("move"), WHICH, st.integers(0, 15)),
    st.tuples(st.just("issue"), WHICH, st.none()),
    st.tuples(st.just("end"), WHICH, st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([3, 35, 60 * 25]), st.booleans()),
    st.tuples(st.just("suffer"), st.sampled_from(ACCIDENTS), st.integers(1, 4)),
)
PAID_LATE = [
    ("book", 1, True),
    ("begin", 0, "/payment/intent"),
    ("wait", 35, False),
    ("pay", 0, CARDS[0]),
    ("book", 1, False),
    ("hear_all", -1, 2),
]


@dataclass
class Day:
    """A shop, everybody who does something there, and what they may need to know."""

    app: Flask
    shop: Shop
    stripe: Simulator
    frozen: Any
    visits: list[int] = field(default_factory=list)  # a booking of each
    ways: list[str] = field(default_factory=list)  # how each payment that was begun can be paid
    done: list[str] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)

    @property
    def business(self) -> Business:
        return db.session.get_one(Business, self.shop.business.id)

    def one_of(self, which: int) -> Booking:
        return db.session.get_one(Booking, (self.business.id, self.visits[which % len(self.visits)]))

    def visit(self, which: int) -> list[Booking]:
        return list(bookings_of_visit(self.business.id, self.one_of(which).visit))

    def do(self, deed: str, *words: Any) -> None:
        """Something, as a handler does it: all of it, or nothing."""
        self.tried.add(deed)
        try:
            getattr(self, deed)(*words)
            db.session.commit()
        except DomainError as refusal:
            db.session.rollback()
            event(f"{deed}: {type(refusal).__name__}")
        except (LookupError, ZeroDivisionError, httpx.HTTPError):
            db.session.rollback()  # There is nothing to do it to yet, or nobody heard the answer.
        else:
            event(deed)
            self.done.append(deed)

    def book(self, parts: int, cheaper: bool) -> None:
        start = epoch_minute(FIRST) + 30 * len(self.visits) % 16 * 30
        wish = Wish(
            self.shop.service.id, start, then=tuple(Part(self.shop.service.id) for _ in range(parts - 1))
        )
        held = hold(self.business, wish, a_visitor(), by=VISITOR, now=clock.now())
        code = TypedCode("SUMMER-10") if cheaper else None
        who = Contact("Olivia Park", f"olivia{len(self.visits)}@example.com")
        confirm(self.business, held, who, by=VISITOR, now=clock.now(), host="book.example", code=code)
        self.visits.append(held.id)

    def begin(self, which: int, rest: str) -> None:
        address = f"/bookings/{receipt_token(self.one_of(which))}{rest}"
        answer = self.app.test_client().post(address)
        assert answer.status_code in (200, 303, 404, 409, 503), answer.text
        if answer.status_code == 200:
            self.ways.append(answer.get_json()["secret"])
        elif (answer.location or "").startswith(self.stripe.url):
            self.ways.append(answer.location)

    def pay(self, which: int, card: str) -> None:
        way = self.ways[which % len(self.ways)]
        if way.startswith("http"):
            pay_on_page(way, card)
        else:
            pay(self.stripe, way, card)

    def end_payment(self, which: int, outcome: str) -> None:
        self._at_stripe("payments", "payment_intents", which, outcome)

    def end_refund(self, which: int, outcome: str) -> None:
        self._at_stripe("refunds", "refunds", which, outcome)

    def _at_stripe(self, door: str, kind: str, which: int, outcome: str) -> None:
        """Stripe refuses what makes no sense."""
        found = self.stripe.ledger()[kind]
        wanted = found[which % len(found)]["id"] if found else "none"
        httpx.post(f"{self.stripe.url}/_sim/{door}/{wanted}/{outcome}", verify=False)

    def hear(self, which: int, times: int) -> None:
        events = events_of(self.stripe)
        for told in [events[which % len(events)]] * times if events else ():
            assert tell(self.app, self.stripe, self.business.id, told) == 200

    def hear_all(self, way: int, times: int) -> None:
        for told in events_of(self.stripe)[::way] * times:
            assert tell(self.app, self.stripe, self.business.id, told) == 200
        handle_webhooks()

    def take(self, which: int, thirds: int) -> None:
        booking = self.one_of(which)
        invoice = find_invoice(self.business.id, _subject(booking))
        amount = (invoice.open_cents if invoice else PRICE) * thirds // 30 * 10
        if amount:
            key = f"key {len(self.done)}"
            take_for(self.business, booking, amount, "cash", key=key, note=None, by=ANNA, now=clock.now())

    def give_back(self, which: int, thirds: int) -> None:
        booking = self.one_of(which)
        invoice = find_invoice(self.business.id, _subject(booking))
        amount = (invoice.kept_cents if invoice else 0) * thirds // 30 * 10
        words = {"key": f"key {len(self.done)}", "reason": "Sorry", "is_owed": thirds == 2}
        give_back_for(self.business, booking, amount, **words, by=ANNA, now=clock.now())

    def give_back_at_stripe(self, which: int, thirds: int) -> None:
        found = self.stripe.ledger()["charges"]
        charge = found[which % len(found)]
        wish = {"charge": charge["id"], "amount": str(charge["amount"] * thirds // 30 * 10)}
        key = (self.stripe.secret_key, "")
        httpx.post(f"{self.stripe.url}/v1/refunds", data=wish, auth=key, verify=False)

    def hand_out(self, which: int, _: None) -> None:
        rows = Refund.query.filter_by(business_id=self.business.id, status="pending").order_by(Refund.id)
        by_hand = [it for it in rows if it.provider_ref is None and it.next_sync_at is None]
        hand_out(self.business, by_hand[which % len(by_hand)] if by_hand else {}[0], by=ANNA, now=clock.now())

    def cancel(self, which: int, who: str) -> None:
        bookings = [it for it in self.visit(which) if it.live]
        those = bookings[:1] if who == "one part" else bookings
        by = ANNA if who == "member" else OLIVIA
        cancel_together(self.business, those, by=by, now=clock.now())

    def undo(self, which: int, _: None) -> None:
        undo(self.business, self.one_of(which), by=ANNA, now=clock.now())

    def move(self, which: int, to: int) -> None:
        start = epoch_minute(FIRST) + 24 * 60 + 30 * to
        reschedule(self.business, self.one_of(which), start=start, by=OLIVIA, now=clock.now())

    def issue(self, which: int, _: None) -> None:
        issue_for(self.business, self.one_of(which), by=ANNA, now=clock.now())

    def end(self, which: int, has_come: bool) -> None:
        finish = complete if has_come else mark_no_show
        finish(self.business, self.one_of(which), by=ANNA, now=clock.now())

    def wait(self, minutes: int, is_heard: bool) -> None:
        self.frozen.shift(timedelta(minutes=minutes))
        self.stripe.put_clock_ahead(0)
        self.stripe.put_clock_ahead(clock.now().timestamp() - self.stripe.put_clock_ahead(0))
        expire_holds()
        if is_heard:
            reconcile_payments()

    def suffer(self, accident: str, times: int) -> None:
        self.stripe.mode(accident, times=times)

    def come_to_rest(self) -> None:
        """Nothing goes wrong any more, no other webhook ever comes, and everybody has had enough."""
        self.stripe.calm()
        for number, it in enumerate(self.stripe.ledger()["payment_intents"]):
            if it["status"] == "processing":
                self.end_payment(number, "fail")
        if self.tried & {"give_back_at_stripe", "end_refund"}:
            # What is done at Stripe itself to money that is ours already only webhooks tell.
            self.hear_all(1, 1)
        handle_webhooks()
        for _ in range(3):
            self.wait(7 * 60, is_heard=True)
        handle_webhooks()


def _subject(booking: Booking) -> Any:
    return subject_of(booking)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # Making a failure smaller takes minutes: each step asks what stands in for Stripe.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@example(deeds=PAID_LATE, terms=Terms("deposit", 2000), included=True)
@given(
    deeds=st.lists(DEEDS, min_size=4, max_size=14),
    terms=st.sampled_from(
        [
            Terms("deposit", 2000, steps=(RefundStep(60 * 24, 10_000), RefundStep(60, 5_000))),
            Terms("full", steps=(RefundStep(60 * 48, 5_000),), no_show_back_bp=5_000),
            Terms("deposit", deposit_bp=3_000),
            Terms("none", steps=(RefundStep(60, 10_000),)),
        ]
    ),
    included=st.booleans(),
)
def test_the_sums_agree_whatever_is_done(app, frozen, stripe, currency, deeds, terms, included):
    frozen.move_to(NOW)
    stripe.reset()
    stripe.put_clock_ahead(clock.now().timestamp() - stripe.put_clock_ahead(0))
    shop = a_shop(price_cents=PRICE)
    shop.business.currency, shop.business.tax_included = currency, included
    agree(shop.business, terms)
    with_keys(shop.business, stripe)
    a_coupon(shop.business, most_uses=2)
    db.session.commit()
    day = Day(app, shop, stripe, frozen)
    for deed in [("book", 1, False), ("begin", 0, "/payment/intent"), *deeds]:
        day.do(*deed)
        assert broken_rules(shop.business.id - 1) == {}, day.done
    day.come_to_rest()
    assert broken_rules(shop.business.id - 1) == {}
    assert stuck(shop.business.id, clock.now()) == []
    assert differences(stripe.ledger(), shop.business.id) == []
    assert len(under_way(shop.business.id)) <= len(day.visits)
