from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup
from stripe import InvalidRequestError, StripeClient
from stripe.checkout import Session

from tests.stripe_simulator.simulator import Simulator

LINE: dict[str, Any] = {
    "quantity": 2,
    "price_data": {"currency": "eur", "unit_amount": 1500, "product_data": {"name": "Haircut"}},
}
SUCCESS, CANCEL = "https://shop.example/done?session={CHECKOUT_SESSION_ID}", "https://shop.example/back"
GOOD = {"email": "olivia@example.com", "number": "4242 4242 4242 4242", "expiry": "12 / 40", "cvc": "123"}


def a_session(client: StripeClient, **more: Any) -> Session:
    wish = {"mode": "payment", "success_url": SUCCESS, "cancel_url": CANCEL, "line_items": [LINE]}
    return client.v1.checkout.sessions.create(wish | more)  # type: ignore[arg-type]


def type_card(session: Session, **typed: str) -> requests.Response:
    """Send the form of the page as a browser does that knows no JavaScript."""
    page = BeautifulSoup(requests.get(str(session.url), timeout=5).text, "html.parser")
    form = page.select_one("form")
    assert form
    names = {it["name"] for it in form.select("input")}
    assert {"number", "expiry", "cvc"} <= names
    wish = {name: value for name, value in (GOOD | typed).items() if name in names}
    origin = str(session.url).split("/checkout/")[0]
    return requests.post(f"{origin}{form['action']}", wish, allow_redirects=False, timeout=5)


def events(client: StripeClient) -> list[str]:
    return [it.type for it in reversed(client.v1.events.list({"limit": 100}).data)]


def test_a_customer_pays_on_the_page_and_comes_back(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    session = a_session(
        client,
        metadata={"invoice": "7"},
        client_reference_id="visit-7",
        payment_intent_data={"metadata": {"invoice": "7"}, "description": "Haircut"},
    )
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 3000)
    assert session.payment_intent is None
    answer = type_card(session)
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"https://shop.example/done?session={session.id}",
    )
    session = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge", "line_items"]}
    )
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert session.customer_details
    assert session.customer_details.email == "olivia@example.com"
    intent: Any = session.payment_intent
    assert (intent.amount_received, intent.metadata["invoice"], intent.latest_charge.paid) == (
        3000,
        "7",
        True,
    )
    assert session.line_items
    assert [(it.description, it.quantity) for it in session.line_items.data] == [("Haircut", 2)]
    assert events(client)[-2:] == ["payment_intent.succeeded", "checkout.session.completed"]
    assert stripe_simulator.ledger()["totals"]["eur"]["net"] == 3000


def test_a_declined_card_leaves_the_page_open_for_another(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    session = a_session(client)
    answer = type_card(session, number="4000000000000002")
    assert answer.status_code == 422
    assert "Your card was declined." in answer.text
    assert 'value="olivia@example.com"' in answer.text
    assert type_card(session, number="4242").status_code == 422
    assert type_card(session).status_code == 303
    assert [it["status"] for it in stripe_simulator.ledger()["charges"]] == ["failed", "succeeded"]
    assert len(stripe_simulator.ledger()["payment_intents"]) == 1


@pytest.mark.parametrize(("outcome", "status"), [("complete", "complete"), ("fail", "open")])
def test_three_d_secure_leads_back_through_the_page(client: StripeClient, outcome: str, status: str) -> None:
    session = a_session(client)
    bank = type_card(session, number="4000 0025 0000 3155").headers["Location"]
    back = requests.post(bank, {"outcome": outcome}, allow_redirects=False, timeout=5).headers["Location"]
    landed = requests.get(back, allow_redirects=False, timeout=5)
    assert client.v1.checkout.sessions.retrieve(session.id).status == status
    if outcome == "complete":
        assert landed.headers["Location"].startswith("https://shop.example/done")
    else:
        assert "failed authentication" in landed.text
        assert type_card(session).status_code == 303


@pytest.mark.parametrize(
    ("outcome", "event", "paid"),
    [
        ("succeed", "checkout.session.async_payment_succeeded", "paid"),
        ("fail", "checkout.session.async_payment_failed", "unpaid"),
    ],
)
def test_a_slow_payment_completes_the_session_before_it_is_paid(
    client: StripeClient, stripe_simulator: Simulator, outcome: str, event: str, paid: str
) -> None:
    session = a_session(client)
    assert type_card(session, number="4000 0000 0000 7775").status_code == 303
    session = client.v1.checkout.sessions.retrieve(session.id)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    stripe_simulator.end_payment(str(session.payment_intent), outcome)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == paid
    assert events(client)[-1] == event
    assert events(client).count("checkout.session.completed") == 1


def test_a_customer_may_go_back_without_paying(client: StripeClient) -> None:
    page = BeautifulSoup(requests.get(str(a_session(client).url), timeout=5).text, "html.parser")
    assert [link["href"] for link in page.select("a")] == [CANCEL]


def test_nobody_pays_on_an_expired_page(client: StripeClient, stripe_simulator: Simulator) -> None:
    session = a_session(client)
    type_card(session, number="4000000000000002")
    page = str(session.url)
    session = client.v1.checkout.sessions.expire(session.id)
    assert (session.status, session.url) == ("expired", None)
    assert requests.get(page, timeout=5).status_code == 410
    assert requests.post(page, GOOD, timeout=5).status_code == 410
    assert client.v1.payment_intents.retrieve(str(session.payment_intent)).status == "canceled"
    assert stripe_simulator.ledger()["totals"] == {}
    with pytest.raises(InvalidRequestError):
        client.v1.checkout.sessions.expire(session.id)
    assert events(client)[-2:] == ["payment_intent.canceled", "checkout.session.expired"]


def test_a_session_expires_by_itself(client: StripeClient, stripe_simulator: Simulator) -> None:
    now = stripe_simulator.put_clock_ahead(0)
    session = a_session(client, expires_at=now + 31 * 60)
    stripe_simulator.put_clock_ahead(30 * 60)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    stripe_simulator.put_clock_ahead(61)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_a_paid_session_neither_expires_nor_is_paid_twice(
    client: StripeClient, stripe_simulator: Simulator
) -> None:
    session = a_session(client)
    type_card(session)
    assert requests.post(str(session.url), GOOD, timeout=5).status_code == 410
    stripe_simulator.put_clock_ahead(2 * 86400)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"
    assert len(stripe_simulator.ledger()["charges"]) == 1


def test_the_payment_of_a_session_is_not_canceled_alone(client: StripeClient) -> None:
    session = a_session(client)
    type_card(session, number="4000000000000002")
    session = client.v1.checkout.sessions.retrieve(session.id)
    with pytest.raises(InvalidRequestError, match="Expire the session"):
        client.v1.payment_intents.cancel(str(session.payment_intent))


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"expires_at": 1}, "expires_at"),
        ({"expires_at": 9_999_999_999}, "expires_at"),
        ({"success_url": "/done"}, "success_url"),
        ({"cancel_url": "javascript:alert()"}, "cancel_url"),
        ({"customer_email": "olivia"}, "customer_email"),
        ({"mode": "subscription"}, "mode"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"line_items": [LINE | {"quantity": 0}]}, "line_items[0]"),
        ({"line_items": [LINE | {"colour": "red"}]}, "line_items[0][colour]"),
        (
            {"line_items": [{"price_data": LINE["price_data"] | {"unit_amount": 10}, "quantity": 1}]},
            "line_items",
        ),
        (
            {"line_items": [LINE, {"price_data": LINE["price_data"] | {"currency": "usd"}, "quantity": 1}]},
            "line_items",
        ),
    ],
)
def test_a_session_that_stripe_would_not_open_is_refused(
    client: StripeClient, more: dict[str, Any], param: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        a_session(client, **more)
    assert refused.value.param == param


def test_sessions_are_found_by_their_payment(client: StripeClient) -> None:
    paid, _other = a_session(client), a_session(client)
    type_card(paid)
    paid = client.v1.checkout.sessions.retrieve(paid.id)
    found = client.v1.checkout.sessions.list({"payment_intent": str(paid.payment_intent)})
    assert [it.id for it in found.data] == [paid.id]
    assert len(client.v1.checkout.sessions.list({"status": "open"}).data) == 1
    [line] = client.v1.checkout.sessions.line_items.list(paid.id).data
    assert line.amount_total == 3000
