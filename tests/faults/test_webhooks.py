"""Webhooks that come late, doubled, in any order, or never: the money ends where it would have.

Of the class "whatever Stripe tells, and however often": one payment, counted once, given back once.
"""

from collections.abc import Iterator
from datetime import timedelta
from random import Random

import httpx
import pytest

from app import create_app
from app.appointments.cancelling import cancel
from app.appointments.models import Booking
from app.businesses.models import Business
from app.core import clock
from app.core.bell import queue
from app.core.db import db
from app.payments.jobs import handle_webhooks
from app.payments.models import Payment, Refund
from tests.conftest import settings
from tests.factories import ANNA
from tests.faults.engines import Valkey
from tests.faults.till import DEPOSIT, OUR_PAGE, STRIPES_PAGE, Till, a_till
from tests.payments.telling import events_of, tell
from tests.stripe_simulator.customer import answer_bank, pay
from tests.stripe_simulator.fixtures import running_simulator, stripe_simulator  # noqa: F401
from tests.stripe_simulator.simulator import Simulator
from tests.waiting import wait_until

SECURE = "4000 0000 0000 3220"
SLOW = "4000 0000 0000 7775"
DECLINED = "4000 0000 0000 0002"


@pytest.fixture
def till(database, stripe_simulator) -> Till:  # noqa: F811
    return a_till(create_app(settings(database, STRIPE_API=stripe_simulator.url)), stripe_simulator)


@pytest.fixture
def own_till(own_served, own_postgres, stripe_simulator) -> Iterator[Till]:  # noqa: F811
    """On a PostgreSQL that may be stopped, with the real server to report to."""
    till = a_till(create_app(settings(own_postgres.url, STRIPE_API=stripe_simulator.url)), stripe_simulator)
    stripe_simulator.send_webhooks_to(f"{own_served.url}/webhooks/stripe/{till.business}")
    yield till
    stripe_simulator.reset()


def give_back_at_stripe(stripe: Simulator) -> None:
    """All of it, by somebody who works in Stripe's own pages."""
    *_, charge = (it for it in stripe.ledger()["charges"] if it["status"] == "succeeded")
    wish = {"charge": charge["id"]}
    answer = httpx.post(f"{stripe.url}/v1/refunds", data=wish, auth=(stripe.secret_key, ""), verify=False)
    answer.raise_for_status()


def a_whole_life(till: Till, way: str, number: int) -> int:
    """Declined, then asked by the bank, slow, paid, given back at Stripe: all of it before anything is heard of it."""
    booking = till.book(number)
    pressed = till.press(booking, way)
    till.pay(pressed, DECLINED)
    till.pay(pressed, SLOW)
    intent = till.stripe.ledger()["payment_intents"][-1]
    till.stripe.end_payment(intent["id"], "succeed")
    give_back_at_stripe(till.stripe)
    return booking


def ended(till: Till) -> tuple[list[tuple[str, int, int]], list[tuple[str, int]]]:
    """What our rows say of the payments and refunds."""
    payments = [(it.status, it.received_cents, it.refunded_cents) for it in till.rows(Payment)]
    return payments, [(it.status, it.amount_cents) for it in till.rows(Refund)]


GIVEN_BACK = ([("succeeded", DEPOSIT, DEPOSIT)], [("succeeded", DEPOSIT)])


@pytest.mark.parametrize("way", [OUR_PAGE, STRIPES_PAGE])
def test_in_any_order_and_doubled_they_end_the_same(till, way):
    """Each is told twice, and Stripe is asked after each: forwards, backwards, and by chance."""
    heard: set[str] = set()
    for number in range(4):
        booking = a_whole_life(till, way, number)
        events = [it for it in events_of(till.stripe) if it["id"] not in heard]
        heard |= {it["id"] for it in events}
        order = [events, events[::-1]][number] if number < 2 else Random(number).sample(events, len(events))
        with till.app.app_context():
            for event in [it for it in order for _ in range(2)]:
                assert tell(till.app, till.stripe, till.business, event) == 200
                handle_webhooks()
        assert ended(till) == tuple(it * (number + 1) for it in GIVEN_BACK)
        assert till.status(booking) == "confirmed", "what somebody gives back at Stripe cancels nothing"
    till.come_to_rest()
    assert till.wrong() == []


@pytest.mark.parametrize("way", [OUR_PAGE, STRIPES_PAGE])
def test_when_none_ever_comes_it_is_asked_for(till, way):
    booking = till.book()
    till.pay(till.press(booking, way))
    till.come_to_rest()
    assert (till.status(booking), till.wrong()) == ("confirmed", [])


def test_the_bank_asks_first_and_nobody_tells_us(till):
    booking = till.book()
    secret = till.press(booking, OUR_PAGE)
    asked = pay(till.stripe, secret, SECURE)
    till.come_to_rest()
    assert ended(till)[0] == [("requires_action", 0, 0)]
    answer_bank(asked["next_action"]["redirect_to_url"]["url"])
    till.come_to_rest()
    assert (till.status(booking), till.wrong()) == ("confirmed", [])


def test_while_the_database_is_away_stripe_hears_503_and_tries_again(own_till, own_postgres):
    booking = own_till.book()
    secret = own_till.press(booking, OUR_PAGE)
    stripe = own_till.stripe
    stripe.wait_for_webhooks()
    stripe.retry_after(0.5, 0.5, 1, 1, 1, 2, 2)
    own_postgres.end()
    own_till.pay(secret)
    wait_until(lambda: 503 in {it["status"] for it in stripe.deliveries()}, 20)
    own_postgres.start()
    stripe.wait_for_webhooks(30)
    refused = {it["status"] for it in stripe.deliveries() if not it["ok"]}
    assert refused == {503}
    with own_till.app.app_context():
        db.session.remove()
        db.engine.dispose()
        handle_webhooks()
    assert (own_till.status(booking), own_till.wrong()) == ("confirmed", [])


def test_a_valkey_that_forgets_every_ring_costs_time_and_nothing_else(
    database,
    valkey: Valkey,
    stripe_simulator,  # noqa: F811
):
    """The rings for a webhook, a lapsed payment and a refund are lost; a while later it is all done."""
    app = create_app(settings(database, STRIPE_API=stripe_simulator.url, REDIS_URL=valkey.url))
    till = a_till(app, stripe_simulator)
    paid = till.paid(0)
    lapsed = till.book(1, "grace@example.com")
    late = till.press(lapsed, OUR_PAGE)
    with app.app_context():
        for event in events_of(stripe_simulator):
            assert tell(app, stripe_simulator, till.business, event) == 200
    queue(valkey.url).connection.flushall()
    till.come_to_rest()
    assert till.status(paid) == "confirmed"

    def give_up() -> None:
        row = db.session.get_one(Booking, (till.business, paid))
        cancel(db.session.get_one(Business, till.business), row, by=ANNA, now=clock.now())

    till.do(give_up)
    till.run_out()
    valkey.kill()
    till.come_to_rest()
    assert not till.pay(late)
    assert till.sums() == {"charged": DEPOSIT, "refunded": DEPOSIT}
    assert till.wrong() == []


@pytest.mark.parametrize("accident", ["cut", "fail", "slow"])
@pytest.mark.parametrize("way", [OUR_PAGE, STRIPES_PAGE])
def test_whatever_becomes_of_stripes_answers_there_is_one_charge_and_one_refund(till, accident, way):
    """It ends the connection after success, fails, or is slow, each time it is asked for the first time."""
    booking = till.book()
    form = till.path(booking, way)
    client = till.app.test_client()
    wish = {"seconds": 0.3} if accident == "slow" else {}
    till.stripe.mode(accident, path="/v1/*", method="POST", times=2, **wish)
    answer = client.post(form)
    assert answer.status_code == (503 if accident != "slow" else answer.status_code)
    till.stripe.calm()
    assert till.pay(till.press(booking, way, form))
    till.stripe.mode(accident, path="/v1/*", method="GET", times=2, **wish)
    till.come_to_rest()
    till.come_to_rest()
    assert till.status(booking) == "confirmed"

    def give_up() -> None:
        row = db.session.get_one(Booking, (till.business, booking))
        cancel(db.session.get_one(Business, till.business), row, by=ANNA, now=clock.now())

    till.do(give_up)
    till.stripe.mode(accident, path="/v1/refunds", method="POST", times=2, **wish)
    till.come_to_rest()
    till.come_to_rest()
    assert till.sums() == {"charged": DEPOSIT, "refunded": DEPOSIT}
    assert till.wrong() == []


@pytest.mark.parametrize("is_taken", [False, True], ids=["free", "taken"])
@pytest.mark.parametrize("hears", ["webhooks", "nothing"])
def test_paid_after_the_place_was_given_back_it_is_booked_again_or_paid_back(till, is_taken, hears):
    booking = till.book()
    secret = till.press(booking, OUR_PAGE)
    till.run_out()
    other = till.book(0, "grace@example.com") if is_taken else None
    assert till.pay(secret)
    if hears == "webhooks":
        with till.app.app_context():
            for event in events_of(till.stripe)[::-1] * 2:
                assert tell(till.app, till.stripe, till.business, event) == 200
    till.come_to_rest()
    assert till.status(booking) == ("expired" if is_taken else "confirmed")
    assert till.sums() == {"charged": DEPOSIT, "refunded": DEPOSIT if is_taken else 0}
    assert [it.cause for it in till.rows(Refund)] == (["late"] if is_taken else [])
    assert other is None or till.status(other) == "pending_payment"
    assert till.wrong() == []


def test_the_oracle_notices_money_nobody_knows_of(till):
    """The negative control: nobody is told, and nobody asks."""
    till.paid()
    assert len(till.wrong()) == 1
    later = till.rows(Payment)[0].next_sync_at - clock.now()
    assert later > timedelta(0)
