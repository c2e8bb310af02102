"""Everybody pays, hears of it, cancels and gives back at the same moment: no cent too many, none too few.

Of the classes "paid too late", "whatever Stripe tells, and however often" and "never more back than was paid".
"""

from collections.abc import Iterator
from functools import partial

import pytest
import sqlalchemy as sa

from app import create_app
from app.businesses.models import Business
from app.core.db import db
from app.notifications.models import Notification
from app.payments.jobs import sync_payment
from app.payments.models import Coupon, Invoice, Payment, Refund, WebhookEvent
from tests.conftest import settings
from tests.faults.till import DEPOSIT, OUR_PAGE, PRICE, STRIPES_PAGE, Till, a_till
from tests.payments.owed import an_invoice
from tests.payments.telling import events_of, signed
from tests.races import acts, money
from tests.races.clients import at_once, browser
from tests.races.crew import DONE, done
from tests.races.effort import ROUNDS, goes_wrong
from tests.races.invariants import broken_rules
from tests.races.places import RUN_OUT, either_way
from tests.serving import Served, serving
from tests.stripe_simulator.fixtures import running_simulator, stripe_simulator  # noqa: F401

pytestmark = pytest.mark.race
SLOW, EITHER = "4000 0000 0000 7775", ("pending_payment", "expired")


@pytest.fixture(scope="session")
def paying(served: Served, running_simulator, tmp_path_factory) -> Iterator[Served]:  # noqa: F811
    """Another server on the same database, which asks what stands in for Stripe."""
    url, stripe = served.app.config["SQLALCHEMY_DATABASE_URI"], running_simulator.url
    log = tmp_path_factory.mktemp("paying") / "log"
    with serving(create_app(settings(url, STRIPE_API=stripe)), url, log, STRIPE_API=stripe) as running:
        yield running


@pytest.fixture
def till(paying: Served, stripe_simulator) -> Till:  # noqa: F811
    return a_till(paying.app, stripe_simulator)


def payment_of(till: Till) -> int:
    [payment] = till.rows(Payment)
    return int(payment.id)


def confirmations(till: Till) -> int:
    with till.app.app_context():
        rows = Notification.query.filter_by(business_id=till.business, kind="booking_confirmed")
        return int(rows.count())


def ten_times(till: Till, served: Served, count: int | None = None) -> list[int]:
    """Every event of the shop, ten times at once; the answers."""
    events = events_of(till.stripe)[-(count or 100) :]
    with browser(served.url) as client:
        path = f"/webhooks/stripe/{till.business}"
        calls = [partial(client.post, path, **signed(till.stripe, it)) for it in events for _ in range(10)]
        return [it.status_code for it in at_once(calls)]


def test_webhooks_ten_at_a_time_and_four_who_handle_them_count_the_money_once(served, paying, till, crew):
    booking = till.paid()
    assert set(ten_times(till, paying)) == {200}
    events = [it["id"] for it in events_of(till.stripe)]
    assert sorted(it.event_id for it in till.rows(WebhookEvent)) == sorted(events)
    words = at_once([crew.act(served, money.handle, till.stripe.url) for _ in range(4)])
    assert {it.word for it in words} == {DONE}
    till.come_to_rest()
    assert (till.status(booking), till.sums()["charged"], confirmations(till)) == ("confirmed", DEPOSIT, 1)
    assert till.wrong() == []


def test_without_the_key_of_an_event_it_is_kept_ten_times(unguarded, stripe_simulator):  # noqa: F811
    """The negative control of what is kept."""
    app = create_app(
        settings(unguarded.app.config["SQLALCHEMY_DATABASE_URI"], STRIPE_API=stripe_simulator.url)
    )
    till = a_till(app, stripe_simulator)
    till.do(db.session.execute, sa.text("ALTER TABLE webhook_events DROP CONSTRAINT pk_webhook_events"))
    till.paid()
    assert set(ten_times(till, unguarded, 1)) == {200}
    with app.app_context():
        kept = sa.select(sa.func.count()).select_from(WebhookEvent).filter_by(business_id=till.business)
        assert db.session.scalar(kept) == 10
        db.session.execute(sa.delete(WebhookEvent))
        db.session.execute(
            sa.text(
                "ALTER TABLE webhook_events ADD CONSTRAINT pk_webhook_events PRIMARY KEY (provider, event_id)"
            )
        )
        db.session.commit()


@pytest.mark.parametrize("order", [None, ("webhook", "cancel"), ("cancel", "webhook")], ids=str)
def test_cancelled_while_the_money_comes_in_all_of_it_goes_back_once(served, till, crew, order):
    booking = till.paid()
    calls = {
        "webhook": crew.act(served, money.sync, till.business, payment_of(till), till.stripe.url),
        "cancel": crew.act(served, acts.cancel, till.business, booking),
    }
    words = either_way(served, till.business, calls, order)
    assert {it.word for it in words.values()} == {DONE}
    till.come_to_rest()
    assert till.status(booking) == "cancelled"
    assert till.sums() == {"charged": DEPOSIT, "refunded": DEPOSIT}
    assert till.wrong() == []


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_paid_while_the_place_is_given_back_and_wanted_by_another_it_is_one_of_theirs(
    served, till, crew, round_
):
    booking = till.paid()
    with till.app.app_context():
        for statement in ("holds SET created_at = created_at - interval '1 hour', expires_at = now()",):
            db.session.execute(sa.text(f"UPDATE {statement} WHERE business_id = {till.business}"))
        db.session.commit()
    wish = acts.visit([till.service], int(till.start(0).timestamp()) // 60)
    words = at_once(
        [
            crew.act(served, money.sync, till.business, payment_of(till), till.stripe.url),
            crew.act(served, acts.sweep),
            crew.act(served, acts.hold, till.business, wish),
        ]
    )
    assert {it.word for it in words} <= {DONE, "SlotTaken", "NotOffered"}
    till.come_to_rest()
    is_booked = till.status(booking) == "confirmed"
    assert till.sums() == {"charged": DEPOSIT, "refunded": 0 if is_booked else DEPOSIT}
    assert is_booked == (words[2].word != DONE)


def slowly_paid(till: Till) -> int:
    """Somebody whose bank is at work, as Stripe knows and we do not yet; the time to pay is over just now."""
    booking = till.book()
    assert till.pay(till.press(booking, OUR_PAGE), SLOW)
    for statement in RUN_OUT:
        till.do(db.session.execute, sa.text(statement), {"business": till.business})
    return booking


def bank_pays(till: Till) -> None:
    till.stripe.end_payment(till.rows(Payment)[0].provider_ref, "succeed")
    till.do(sync_payment, till.business, payment_of(till))


@pytest.mark.parametrize("order", [None, ("webhook", "clock"), ("clock", "webhook")], ids=str)
def test_a_slow_payment_is_heard_of_while_its_time_runs_out(served, till, crew, order):
    booking = slowly_paid(till)
    calls = {
        "webhook": crew.act(served, money.sync, till.business, payment_of(till), till.stripe.url),
        "clock": crew.act(served, acts.sweep),
    }
    words = either_way(served, till.business, calls, order)
    assert {it.word for it in words.values()} == {DONE}
    kept = till.status(booking)
    assert kept in EITHER if order is None else kept == {"webhook": EITHER[0], "clock": EITHER[1]}[order[0]]
    assert [it.status for it in till.rows(Payment)] == ["processing"]
    assert till.do(broken_rules, till.business - 1) == {}
    bank_pays(till)
    till.come_to_rest()
    assert (till.status(booking), till.sums()) == ("confirmed", {"charged": DEPOSIT, "refunded": 0})
    assert till.wrong() == []


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_place_of_a_slow_payment_is_kept_or_somebody_elses_and_never_both(served, till, crew, round_):
    booking = slowly_paid(till)
    wish = acts.visit([till.service], int(till.start(0).timestamp()) // 60)
    words = at_once(
        [
            crew.act(served, money.sync, till.business, payment_of(till), till.stripe.url),
            crew.act(served, acts.sweep),
            crew.act(served, acts.hold, till.business, wish),
        ]
    )
    assert {it.word for it in words} <= {DONE, "SlotTaken", "NotOffered"}
    kept = till.status(booking)
    assert kept in EITHER
    if words[2].word == DONE:
        assert kept == "expired"
    bank_pays(till)
    till.come_to_rest()
    is_booked = till.status(booking) == "confirmed"
    assert till.sums() == {"charged": DEPOSIT, "refunded": 0 if is_booked else DEPOSIT}
    assert is_booked == (words[2].word != DONE)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_members_who_give_back_at_once_never_give_more_than_was_paid(served, till, crew, round_):
    booking = till.paid()
    till.come_to_rest()
    calls = [crew.act(served, money.give_back, till.business, booking, 1500, f"key {it}") for it in range(4)]
    words = [it.word for it in at_once(calls)]
    assert sorted(words) == ["MoreThanPaid"] * 3 + [DONE]
    till.come_to_rest()
    assert till.sums()["refunded"] == 1500
    assert till.wrong() == []


def without_checks(unguarded: Served, stripe) -> Till:
    """A shop where nothing but the program itself looks after its money."""
    app = create_app(settings(unguarded.app.config["SQLALCHEMY_DATABASE_URI"], STRIPE_API=stripe.url))
    till = a_till(app, stripe)
    for statement in (
        "ALTER TABLE payments DROP CONSTRAINT IF EXISTS ck_payments_refunded",
        "ALTER TABLE invoices DROP CONSTRAINT IF EXISTS ck_invoices_refunded",
        "DROP INDEX IF EXISTS uq_payments_live",
        "DROP INDEX IF EXISTS uq_invoices_number",
    ):
        till.do(db.session.execute, sa.text(statement))
    return till


def test_without_locks_more_is_given_back_than_was_paid(unguarded, stripe_simulator, crew):  # noqa: F811
    """The negative control of the test above."""

    def race(number: int) -> bool:
        booking = till.paid(number)
        till.come_to_rest()
        act = partial(crew.act, unguarded, money.careless_give_back, till.business, booking, 1500)
        at_once([act(f"{number} {it}") for it in range(4)])
        with till.app.app_context():
            went = sa.select(sa.func.sum(Refund.amount_cents)).filter_by(business_id=till.business)
            return int(db.session.scalar(went) or 0) > DEPOSIT * (number + 1)

    till = without_checks(unguarded, stripe_simulator)
    assert goes_wrong(race)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_refund_sent_by_four_at_once_goes_back_once(served, till, crew, round_):
    booking = till.paid()
    till.come_to_rest()
    done(served, money.give_back, till.business, booking, 500, "key")
    [refund] = till.rows(Refund)
    send = crew.act(served, money.send, till.business, refund.id, till.stripe.url)
    sync = crew.act(served, money.sync, till.business, payment_of(till), till.stripe.url)
    words = {it.word for it in at_once([send, send, sync, send])}
    assert words <= {DONE, "Unreachable"}
    till.come_to_rest()
    assert till.sums()["refunded"] == 500
    assert till.wrong() == []


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_pay_pressed_in_eight_windows_in_both_ways_can_be_paid_once(served, paying, till, round_):
    booking = till.book()
    paths = [till.path(booking, rest) for rest in (OUR_PAGE, STRIPES_PAGE)] * 4
    with browser(paying.url) as client:
        answers = at_once([partial(client.post, path) for path in paths])
    assert {it.status_code for it in answers} <= {200, 303, 409, 503}
    ways = {it.json()["secret"] for it in answers if it.status_code == 200}
    ways |= {it.headers["Location"] for it in answers if it.status_code == 303}
    assert ways, "somebody can pay"
    took = [till.pay(way) for way in sorted(ways) if way.startswith(till.stripe.url) or "_secret_" in way]
    till.come_to_rest()
    assert took.count(True) <= 1
    if not any(took):
        assert till.pay(till.press(booking, OUR_PAGE))
        till.come_to_rest()
    assert (till.status(booking), till.sums()) == ("confirmed", {"charged": DEPOSIT, "refunded": 0})
    assert till.wrong() == []


def test_without_locks_and_index_two_payments_are_under_way(unguarded, stripe_simulator, crew):  # noqa: F811
    """The negative control: two rows, each of which Stripe would be asked for."""

    def race(number: int) -> bool:
        till.book(number)
        with till.app.app_context():
            invoice = db.session.scalar(
                sa.select(sa.func.max(Invoice.id)).filter_by(business_id=till.business)
            )
        act = crew.act(unguarded, money.careless_start, till.business, invoice)
        return len({it.value for it in at_once([act] * 4)}) > 1

    till = without_checks(unguarded, stripe_simulator)
    assert goes_wrong(race)


def test_numbers_taken_at_once_have_no_gap_though_some_are_given_back(served, till, crew):
    def invoices() -> list[int]:
        with till.app.app_context():
            business = db.session.get_one(Business, till.business)
            found = [an_invoice(business, PRICE).id for _ in range(12)]
            db.session.commit()
            return found

    calls = [crew.act(served, money.issue, till.business, it) for it in invoices()]
    calls[3] = crew.act(served, money.issue_and_fail, till.business, invoices()[0])
    numbers = [it.value[-4:] for it in at_once(calls) if it.word == DONE]
    assert sorted(numbers) == [f"{it:04}" for it in range(1, 12)]


def test_numbers_counted_by_looking_are_had_twice(unguarded, stripe_simulator, crew):  # noqa: F811
    """The negative control of the test above."""

    def race(_number: int) -> bool:
        with till.app.app_context():
            business = db.session.get_one(Business, till.business)
            ids = [an_invoice(business, PRICE).id for _ in range(4)]
            db.session.commit()
        words = at_once([crew.act(unguarded, money.careless_issue, till.business, it) for it in ids])
        return len({it.value for it in words}) < 4

    till = without_checks(unguarded, stripe_simulator)
    assert goes_wrong(race)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_code_that_is_good_once_is_had_once_while_its_visit_runs_out_and_is_paid(
    served, till, crew, round_
):
    with till.app.app_context():
        db.session.execute(
            sa.text(
                "INSERT INTO coupons (business_id, code, code_key, amount_cents, most_uses)"
                " VALUES (:business, 'ONCE', 'ONCE', 1000, 1)"
            ),
            {"business": till.business},
        )
        db.session.commit()
    first = done(
        served, money.book_with_code, till.business, till.service, int(till.start(0).timestamp()) // 60
    )
    till.pay(till.press(first, OUR_PAGE))
    payment = payment_of(till)
    with till.app.app_context():
        late = "holds SET created_at = created_at - interval '1 hour', expires_at = now()"
        db.session.execute(sa.text(f"UPDATE {late} WHERE business_id = {till.business}"))
        db.session.commit()
    minute = int(till.start(1).timestamp()) // 60
    words = at_once(
        [
            crew.act(served, money.sync, till.business, payment, till.stripe.url),
            crew.act(served, acts.sweep),
            crew.act(served, money.book_with_code, till.business, till.service, minute),
            crew.act(served, acts.cancel, till.business, first),
        ]
    )
    assert {it.word for it in words} <= {DONE, "CodeUsedUp", "CodeGone", "ChangedMeanwhile"}
    till.come_to_rest()
    [coupon] = till.rows(Coupon)
    assert coupon.uses <= 1
    assert till.wrong() == []
