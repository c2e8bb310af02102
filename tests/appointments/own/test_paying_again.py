"""Somebody presses "pay" again: in another tab, in the other way, after a break, or because an answer got lost."""

# ruff: noqa: F811

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.appointments.expiring import expire_dead_holds
from app.core import clock
from app.core.db import db
from app.payments.jobs import call_off_payment, handle_webhooks, reconcile_payments
from app.payments.models import WebhookEvent
from app.payments.stripe import asking
from tests.appointments.own.test_payments import booking, payment_of, shop, synced
from tests.payments.conftest import running_simulator, stripe, stripe_simulator  # noqa: F401
from tests.payments.telling import events_of, tell
from tests.stripe_simulator.customer import pay, pay_on_page

__all__ = ["booking", "shop"]
DECLINED = "4000 0000 0000 0002"
INTENTS, PAGES = "/v1/payment_intents", "/v1/checkout/sessions"


@pytest.fixture
def later(frozen, stripe):
    """Let so much time pass, here and at Stripe."""

    def pass_(**time):
        frozen.shift(timedelta(**time))
        stripe.put_clock_ahead(clock.now().timestamp() - stripe.put_clock_ahead(0))

    return pass_


def lose_the_answer(stripe, path):
    """Stripe does what it is asked, and nobody hears of it."""
    stripe.mode("cut", path=path, after=True, times=None)


def ledger(stripe):
    totals = stripe.ledger()["totals"].get("eur", {"charged": 0})
    return totals["charged"]


def test_pressing_again_leads_to_the_same_page_of_stripes(of, booking, stripe, later):
    first = of(booking, "/payment", {}).location
    later(minutes=5)
    assert of(booking, "/payment", {}).location == first
    pay_on_page(first)
    assert (synced(booking).status, ledger(stripe)) == ("succeeded", 2000)


def test_when_its_page_has_closed_who_presses_again_gets_another(of, booking, stripe, later):
    payment_of_page = of(booking, "/payment", {}).location
    ticket_lasts_longer(booking)
    later(minutes=40)
    again = of(booking, "/payment", {})
    assert (again.status_code, again.location != payment_of_page) == (303, True)
    pay_on_page(again.location)
    assert (synced(booking).status, ledger(stripe)) == ("succeeded", 2000)


def ticket_lasts_longer(booking):
    db.session.execute(
        sa.text(
            "UPDATE holds SET expires_at = expires_at + interval '2 days', limit_at = limit_at + interval '2 days'"
        )
    )
    db.session.commit()


def test_declined_on_stripes_page_they_can_press_again_or_pay_in_the_other_way(of, booking, stripe):
    page = of(booking, "/payment", {}).location
    pay_on_page(page, DECLINED)
    assert synced(booking).provider_ref
    assert of(booking, "/payment", {}).location == page
    told = of(booking, "/payment/intent", {})
    assert told.status_code == 200
    assert pay_on_page(page).status_code == 410
    pay(stripe, told.get_json()["secret"])
    assert (synced(booking).status, ledger(stripe)) == ("succeeded", 2000)


@pytest.mark.parametrize(("lost", "rest"), [(INTENTS, "/payment/intent"), (PAGES, "/payment")])
@pytest.mark.parametrize("again", ["/payment/intent", "/payment"])
@pytest.mark.parametrize("minutes", [0, 3])
def test_after_a_lost_answer_any_way_to_pay_works_and_charges_once(
    of,
    booking,
    stripe,
    later,
    lost,
    rest,
    again,
    minutes,
):
    lose_the_answer(stripe, lost)
    assert of(booking, rest, {}).status_code == 503
    stripe.calm()
    later(minutes=minutes)
    answer = of(booking, again, {})
    if again == "/payment":
        pay_on_page(answer.location)
    else:
        pay(stripe, answer.get_json()["secret"])
    assert (synced(booking).status, ledger(stripe)) == ("succeeded", 2000)


def test_who_comes_back_a_day_later_pays_what_was_begun_then(of, booking, stripe, later):
    """Stripe forgets the key of a request after a day; a second intent could be paid in the first tab as well."""
    ticket_lasts_longer(booking)
    first = of(booking, "/payment/intent", {}).get_json()["secret"]
    later(hours=25)
    assert of(booking, "/payment/intent", {}).get_json()["secret"] == first
    assert len(stripe.ledger()["payment_intents"]) == 1


def test_what_nobody_heard_the_answer_of_ends_by_itself(of, booking, stripe, later):
    lose_the_answer(stripe, INTENTS)
    of(booking, "/payment/intent", {})
    stripe.calm()
    later(minutes=3)
    reconcile_payments()
    payment = payment_of(booking)
    assert (payment.status, payment.next_sync_at, payment.failure) == ("cancelled", None, None)


def test_whoever_hears_of_it_after_it_was_called_off_tells_nobody_how_to_pay(
    of,
    booking,
    stripe,
    monkeypatch,
):
    ask = asking.open_intent

    def slowly(account, payment, *words):
        state = ask(account, payment, *words)
        call_off_payment(payment.business_id, payment.id)
        return state

    monkeypatch.setattr(asking, "open_intent", slowly)
    answer = of(booking, "/payment/intent", {})
    assert (answer.status_code, "secret" in answer.text) == (409, False)
    assert payment_of(booking).status == "cancelled"


def test_whoever_hears_of_it_while_it_is_called_off_keeps_it(of, booking, stripe, monkeypatch):
    """It was looked at when it had no reference yet; it has one by now, so it can be paid."""
    of(booking, "/payment/intent", {})
    payment = payment_of(booking)
    monkeypatch.setattr("app.payments.jobs.is_asked", lambda _payment: False)
    call_off_payment(payment.business_id, payment.id)
    assert payment_of(booking).status == "created"


@pytest.mark.parametrize("first", ["/payment/intent", "/payment"])
def test_in_two_tabs_at_once_one_way_counts_and_the_other_is_asked_to_wait(
    of,
    booking,
    stripe,
    monkeypatch,
    first,
):
    """Both find the payment without a reference; the second one is quicker."""
    second = {"/payment/intent": "/payment", "/payment": "/payment/intent"}[first]
    name = {"/payment/intent": "open_intent", "/payment": "open_page"}[first]
    ask, answers = getattr(asking, name), []

    def slowly(*words, **more):
        monkeypatch.setattr(asking, name, ask)
        answers.append(of(booking, second, {}))
        return ask(*words, **more)

    monkeypatch.setattr(asking, name, slowly)
    assert of(booking, first, {}).status_code == 409
    [answer] = answers
    assert answer.status_code in (200, 303)
    if second == "/payment":
        pay_on_page(answer.location)
    else:
        pay(stripe, answer.get_json()["secret"])
    assert (synced(booking).status, ledger(stripe)) == ("succeeded", 2000)


def test_a_webhook_tells_of_what_was_paid_on_stripes_page(app, of, booking, stripe):
    pay_on_page(of(booking, "/payment", {}).location)
    for event in events_of(stripe):
        assert tell(app, stripe, booking.business_id, event) == 200
    handle_webhooks()
    assert payment_of(booking).status == "succeeded"
    assert WebhookEvent.query.filter(WebhookEvent.handled_at.is_(None)).count() == 0


def test_what_lapsed_while_nobody_could_ring_is_called_off_all_the_same(of, booking, stripe, later):
    of(booking, "/payment/intent", {})
    later(minutes=31)
    expire_dead_holds(booking.business_id, clock.now())
    db.session.commit()
    reconcile_payments()
    assert payment_of(booking).status == "cancelled"
    assert [it["status"] for it in stripe.ledger()["payment_intents"]] == ["canceled"]
