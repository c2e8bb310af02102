"""What anybody may send us in Stripe's name, and what we make of it."""

import json
from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.payments.inbox import forget_old_events
from app.payments.jobs import handle_webhooks
from app.payments.models import WebhookEvent
from app.payments.routes import webhooks
from app.payments.starting import opened, start
from app.payments.stripe import asking
from app.payments.stripe.account import account_of
from tests.factories import a_business
from tests.payments.owed import an_invoice, with_keys
from tests.stripe_simulator.customer import pay


@pytest.fixture
def business(app, stripe):
    business = a_business()
    with_keys(business, stripe)
    return business


def signed(stripe, body, at=None, secret=None):
    from stripe import WebhookSignature

    at = int(clock.now().timestamp()) if at is None else at
    header = WebhookSignature.generate_signature_header(body, secret or stripe.webhook_secret, at)
    return {"Stripe-Signature": header}


def event(ref="pi_1", number="evt_1", kind="payment_intent.succeeded"):
    about = {"id": ref, "object": "payment_intent"}
    return json.dumps(
        {"id": number, "object": "event", "type": kind, "livemode": False, "data": {"object": about}}
    )


def sent(app, business, body, headers):
    return app.test_client().post(f"/webhooks/stripe/{business.id}", data=body, headers=headers).status_code


def kept(business):
    return WebhookEvent.query.filter_by(business_id=business.id).count()


def test_what_stripe_signs_is_kept_once(app, stripe, business):
    for _ in range(3):
        assert sent(app, business, event(), signed(stripe, event())) == 200
    assert kept(business) == 1


def test_an_event_nobody_knows_is_taken_and_does_no_harm(app, stripe, business):
    body = event("xy_1", "evt_2", "planet.discovered")
    assert sent(app, business, body, signed(stripe, body)) == 200
    assert handle_webhooks() == 1
    assert handle_webhooks() == 0


def test_what_is_not_signed_now_by_stripe_for_this_business_is_refused(app, stripe, business):
    now, body = int(clock.now().timestamp()), event()
    other = a_business()
    assert sent(app, business, body, {}) == 400
    assert sent(app, business, body, {"Stripe-Signature": "t=1,v1=00"}) == 400
    assert sent(app, business, body, {"Stripe-Signature": f"t={now},t={now},v1=00"}) == 400
    assert sent(app, business, body, signed(stripe, body, secret="whsec_other")) == 400
    assert sent(app, business, body, signed(stripe, body, at=now - 400)) == 400
    assert sent(app, business, body, signed(stripe, body, at=now + 400)) == 400
    assert sent(app, business, body.replace("pi_1", "pi_2"), signed(stripe, body)) == 400
    assert sent(app, other, body, signed(stripe, body)) == 400
    assert sent(app, business, b"\xff\xfe", signed(stripe, body)) == 400
    assert kept(business) == kept(other) == 0


@pytest.mark.parametrize(
    "header",
    [
        "t=" + "9" * 400 + ",v1=00",
        "t=-" + "9" * 5000 + ",v1=00",
        "t={now},v1=\xe9",
        "t={now},v1",
        "t={now}",
        "v1=00,t={now}",
        "t={now},v1=00=00",
    ],
)
def test_a_strange_signature_is_refused_and_does_no_harm(app, stripe, business, header):
    given = header.format(now=int(clock.now().timestamp()))
    assert sent(app, business, event(), {"Stripe-Signature": given}) == 400


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        "null",
        "not json",
        '"text"',
        '{"id": "evt_1"}',
        '{"id": 7, "type": "a", "data": {"object": {}}}',
        '{"id": "evt\\u0000", "type": "a", "data": {"object": {}}}',
        '{"id": "evt\\ud800", "type": "a", "data": {"object": {}}}',
        '{"id": "evt_1", "type": "a", "data": {"object": {}}, "n": %s}' % ("9" * 5000),
        '{"a":' * 30_000 + "1" + "}" * 30_000,
    ],
)
def test_signed_nonsense_is_refused_too(app, stripe, business, body):
    assert sent(app, business, body, signed(stripe, body)) == 400
    assert kept(business) == 0


def test_nobody_sends_us_megabytes(app, stripe, business):
    body = " " * (256 * 1024) + event()
    assert sent(app, business, body, signed(stripe, body)) == 413


def test_a_webhook_is_only_a_reason_to_ask(app, stripe, business):
    invoice = an_invoice(business, 2000)
    payment = start(business, invoice, live=False, by_page=False, now=clock.now())
    state = asking.open_intent(account_of(business.id), payment, "Haircut", None)
    opened(payment, state.ref)
    db.session.commit()
    # It says "succeeded", but Stripe itself knows better.
    body = event(state.ref)
    sent(app, business, body, signed(stripe, body))
    handle_webhooks()
    assert (payment.status, invoice.paid_cents) == ("created", 0)
    pay(stripe, state.client_secret)
    body = event(state.ref, "evt_3")
    sent(app, business, body, signed(stripe, body))
    handle_webhooks()
    db.session.refresh(payment)
    assert (payment.status, invoice.paid_cents) == ("succeeded", 2000)


def test_what_could_not_be_asked_is_asked_again(app, stripe, business):
    invoice = an_invoice(business, 2000)
    payment = start(business, invoice, live=False, by_page=False, now=clock.now())
    state = asking.open_intent(account_of(business.id), payment, "Haircut", None)
    opened(payment, state.ref)
    pay(stripe, state.client_secret)
    body = event(state.ref)
    sent(app, business, body, signed(stripe, body))
    stripe.mode("fail", status=503, path="/v1/payment_intents/*", times=None)
    handle_webhooks()
    waiting = WebhookEvent.query.filter_by(business_id=business.id).one()
    assert (waiting.handled_at, waiting.attempts) == (None, 1)
    stripe.calm()
    handle_webhooks()
    db.session.refresh(payment)
    assert (waiting.handled_at is not None, waiting.last_error, payment.status) == (True, None, "succeeded")


def test_a_business_fills_nobodys_inbox(app, stripe, business, counting, monkeypatch):
    monkeypatch.setattr(webhooks, "MOST_EVENTS", "3/minute")
    for number in range(5):
        sent(app, business, event(), {"Stripe-Signature": "t=1,v1=00"})
        body = event(number=f"evt_{number}")
        assert sent(app, business, body, signed(stripe, body)) == (200 if number < 3 else 429)
    assert kept(business) == 3


def test_of_many_events_about_one_payment_stripe_is_asked_once(app, stripe, business, monkeypatch):
    payment = start(business, an_invoice(business, 2000), live=False, by_page=False, now=clock.now())
    state = asking.open_intent(account_of(business.id), payment, "Haircut", None)
    opened(payment, state.ref)
    pay(stripe, state.client_secret)
    for number in range(5):
        body = event(state.ref, f"evt_{number}")
        sent(app, business, body, signed(stripe, body))
    asked, read = [], asking.read_state
    monkeypatch.setattr(asking, "read_state", lambda *about: asked.append(about) or read(*about))
    assert (handle_webhooks(), len(asked)) == (5, 1)
    assert WebhookEvent.query.filter(WebhookEvent.handled_at.is_(None)).count() == 0
    db.session.refresh(payment)
    assert payment.status == "succeeded"


def test_what_came_long_ago_is_forgotten_handled_or_not(app, stripe, business):
    for number in range(2):
        body = event(number=f"evt_{number}")
        sent(app, business, body, signed(stripe, body))
    WebhookEvent.query.filter_by(event_id="evt_1").update({"attempts": 8})
    handle_webhooks()
    forget_old_events(clock.now() + timedelta(days=89))
    assert kept(business) == 2
    forget_old_events(clock.now() + timedelta(days=91))
    assert kept(business) == 0
