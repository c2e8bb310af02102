"""A customer pays for a visit by its link, on our page or on one of Stripe's."""

import pytest

from app import online_payment
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.payments.connecting import remove_account
from app.payments.jobs import sync_payment
from app.payments.models import Invoice, Payment, PaymentSettings
from app.payments.stripe.account import keep_keys
from tests.factories import a_booking, a_shop, berlin
from tests.payments.conftest import running_simulator, stripe, stripe_simulator  # noqa: F401
from tests.payments.owed import with_keys
from tests.reading import soup, words
from tests.stripe_simulator.customer import pay, pay_on_page

TEN = berlin("2027-03-02 10:00")


@pytest.fixture
def shop(app, frozen, stripe):  # noqa: F811
    shop = a_shop(price_cents=6000, prepay="deposit", deposit_cents=2000)
    with_keys(shop.business, stripe)
    stripe.put_clock_ahead(clock.now().timestamp() - stripe.put_clock_ahead(0))
    return shop


@pytest.fixture
def booking(shop):
    booking = a_booking(shop, TEN)
    db.session.commit()
    return booking


def payment_of(booking):
    rows = Payment.query.join(Invoice, Invoice.id == Payment.invoice_id)
    return rows.filter(Invoice.subject_uid == booking.visit).order_by(Payment.id.desc()).first()


def synced(booking):
    payment = payment_of(booking)
    sync_payment(payment.business_id, payment.id)
    return payment


def test_the_page_says_what_is_paid_now_and_what_on_site(of, booking):
    page = soup(of(booking, "/payment"))
    assert words(page.h1) == "Pay your deposit"
    assert [words(it) for it in page.select(".price-lines dd")] == ["€60.00", "€40.00", "€20.00"]
    assert "Pay €20.00 on Stripe’s page" in words(page.main)
    assert Payment.query.count() == 0


def test_only_that_page_lets_stripe_in(of, booking, stripe):  # noqa: F811
    policy = of(booking, "/payment").headers["Content-Security-Policy"]
    theirs = {"script-src": "js.stripe.com", "frame-src": "hooks.stripe.com", "connect-src": stripe.url}
    for name, origin in (theirs | {"form-action": "checkout.stripe.com"}).items():
        assert any(it.startswith(name) and origin in it for it in policy.split("; ")), name
    assert "stripe" not in of(booking).headers["Content-Security-Policy"]


def test_paid_by_card_on_our_page_it_is_booked(of, booking, stripe):  # noqa: F811
    told = of(booking, "/payment/intent", {}).get_json()
    assert told["key"] == stripe.publishable_key
    assert of(booking, "/payment/intent", {}).get_json()["secret"] == told["secret"]
    pay(stripe, told["secret"])
    synced(booking)
    assert "You are booked" in of(booking).text
    answer = of(booking, "/payment/result")
    assert (answer.status_code, answer.location.endswith("/payment/result")) == (303, False)
    assert stripe.ledger()["totals"]["eur"]["charged"] == 2000


def test_what_a_browser_says_about_the_amount_is_ignored(of, booking, stripe):  # noqa: F811
    wish = {"amount": "1", "currency": "usd", "deposit": "0", "tip": "-500"}
    told = of(booking, "/payment/intent?amount=1", wish).get_json()
    pay(stripe, told["secret"])
    assert synced(booking).received_cents == 2000


def test_without_a_script_it_is_paid_on_a_page_of_stripes(of, booking, stripe):  # noqa: F811
    answer = of(booking, "/payment", {})
    assert answer.status_code == 303
    assert answer.location.startswith(stripe.url)
    waiting = of(booking, "/payment/result")
    assert waiting.status_code == 200
    assert (
        soup(waiting)
        .select_one("noscript meta[http-equiv=refresh]")["content"]
        .startswith("4; url=/bookings/")
    )
    pay_on_page(answer.location)
    synced(booking)
    assert of(booking, "/payment/result").status_code == 303
    assert "You are booked" in of(booking).text


def test_the_other_way_ends_what_was_begun_first(of, booking, stripe):  # noqa: F811
    of(booking, "/payment/intent", {})
    page = of(booking, "/payment", {}).location
    assert [it["status"] for it in stripe.ledger()["payment_intents"]] == ["canceled"]
    pay_on_page(page)
    assert (synced(booking).status, stripe.ledger()["totals"]["eur"]["charged"]) == ("succeeded", 2000)


def test_who_has_paid_already_cannot_pay_once_more_in_the_other_way(of, booking, stripe):  # noqa: F811
    pay(stripe, of(booking, "/payment/intent", {}).get_json()["secret"])
    answer = of(booking, "/payment", {})
    assert (answer.status_code, stripe.url in answer.location) == (303, False)
    assert "You are booked" in of(booking).text
    assert stripe.ledger()["totals"]["eur"]["charged"] == 2000


def test_while_stripe_is_away_people_read_so_and_nothing_is_lost(of, booking, stripe):  # noqa: F811
    stripe.mode("fail", status=500, times=None)
    refused = of(booking, "/payment/intent", {})
    assert refused.status_code == 503
    assert refused.get_json()["problem"].startswith("The payment could not be started.")
    page = of(booking, "/payment", {})
    assert page.status_code == 503
    assert "Nothing was charged" in page.text
    stripe.calm()
    pay(stripe, of(booking, "/payment/intent", {}).get_json()["secret"])
    assert synced(booking).status == "succeeded"


def test_nothing_brought_back_from_stripe_is_believed(of, booking, stripe):  # noqa: F811
    of(booking, "/payment/intent", {})
    page = of(booking, "/payment/result?redirect_status=succeeded&payment_intent=pi_of_somebody_else")
    assert page.status_code == 200
    assert "You are booked" not in of(booking).text


def test_where_nothing_is_to_be_paid_there_is_no_such_page(of, shop):
    shop.service.prepay, shop.service.deposit_cents = "none", None
    db.session.flush()
    booking = a_booking(shop, berlin("2027-03-02 14:00"))
    for rest in ("/payment", "/payment/result"):
        answer = of(booking, rest)
        assert (answer.status_code, answer.location.endswith("payment")) == (303, False)
    # Whose page was open all the while is told, too.
    assert of(booking, "/payment", {}).location == of(booking, "/payment").location
    told = of(booking, "/payment/intent", {})
    assert (told.status_code, told.get_json()["is_over"]) == (409, True)


def test_a_link_nobody_has_leads_nowhere(client):
    for rest in ("/payment", "/payment/result"):
        assert client.get(f"/bookings/nonsense{rest}").status_code == 404
    for rest in ("/payment", "/payment/intent"):
        assert client.post(f"/bookings/nonsense{rest}").status_code == 404


def test_the_page_asks_the_database_a_few_times(of, booking, queries):
    with queries() as seen:
        assert of(booking, "/payment").status_code == 200
    assert len(seen) <= 10


def test_nobody_fills_stripe_by_changing_their_mind(of, booking, stripe, counting):  # noqa: F811
    answers = [of(booking, rest, {}) for _ in range(12) for rest in ("/payment/intent", "/payment")]
    assert {it.status_code for it in answers[-2:]} == {200, 429}
    assert Payment.query.count() == len(stripe.ledger()["payment_intents"]) + len(pages(stripe)) == 21
    refused = next(it for it in answers if it.status_code == 429)
    assert "tried too often" in refused.text


def pages(stripe):  # noqa: F811
    return [it for it in stripe.calls() if it["path"] == "/v1/checkout/sessions"]


def test_stripe_is_asked_no_more_often_than_anybody_waits(of, booking, stripe, counting, monkeypatch):  # noqa: F811
    rung = []
    monkeypatch.setattr(online_payment, "ring", lambda job, *args: rung.append(args))
    of(booking, "/payment/intent", {})
    assert {of(booking, "/payment/result").status_code for _ in range(40)} == {200}
    assert len(rung) == 30


@pytest.mark.parametrize("since", ["nan", "-inf", "1e300", "-1", "x", "", "9" * 20, "9" * 5000])
def test_a_strange_address_of_the_result_does_no_harm(of, booking, stripe, since):  # noqa: F811
    of(booking, "/payment/intent", {})
    synced(booking)
    page = of(booking, f"/payment/result?since={since}&state=%00")
    assert page.status_code == 200
    assert "since=999" not in page.text


def test_in_test_mode_the_page_says_that_no_money_moves(of, booking, shop, stripe):  # noqa: F811
    assert "No real money moves" in of(booking, "/payment").text
    settings = db.session.get(PaymentSettings, shop.business.id)
    keep_keys(settings, "pk_live_simulator", "sk_live_simulator", None, live=True)
    settings.mode = "live"
    assert "No real money moves" not in of(booking, "/payment").text


def test_keys_that_stripe_refuses_are_said_in_a_sentence(of, booking, shop, stripe):  # noqa: F811
    settings = db.session.get(PaymentSettings, shop.business.id)
    keep_keys(settings, "pk_test_simulator", "sk_test_revoked", None, live=False)
    refused = of(booking, "/payment/intent", {})
    assert refused.status_code == 503
    assert refused.get_json()["problem"].startswith("Paying online does not work here at the moment")
    page = of(booking, "/payment", {})
    assert page.status_code == 503
    assert "trying again will not help" in page.text


def test_without_keys_any_more_whoever_is_to_pay_reads_whom_to_ask(of, booking, shop, stripe):  # noqa: F811
    remove_account(shop.business, live=False, by=SYSTEM, now=clock.now())
    for answer in (of(booking, "/payment"), of(booking, "/payment", {})):
        assert answer.status_code == 503
        assert "Paying online does not work here" in answer.text
        assert "+49 30 5550142" in answer.text
        assert soup(answer).select_one("[data-pay]") is None
    assert of(booking, "/payment/intent", {}).get_json()["problem"].startswith("Paying online does not work")
    assert stripe.ledger()["payment_intents"] == []
