"""A real browser pays: at the hosted page without JavaScript, and by Stripe.js on a shop's own page."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from stripe import StripeClient
from stripe.checkout import Session

from tests.browser.conftest import faults_of
from tests.stripe_simulator.shop import Shop, open_shop
from tests.stripe_simulator.simulator import Simulator

pytestmark = pytest.mark.browser


@pytest.fixture
def shop(stripe_simulator: Simulator) -> Iterator[Shop]:
    with open_shop(stripe_simulator) as shop:
        yield shop


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window; what its console says fails the test, but for refusals by the API."""
    faults: list[str] = []
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console", lambda it: faults.append(it.text) if it.type == "error" and not refusal(it.text) else None
    )
    yield page
    context.close()
    assert faults == []


def refusal(message: str) -> bool:
    """A card that is declined, or a payment that nobody knows."""
    return "status of 402" in message or "status of 404" in message


def type_card(page: Page, number: str) -> None:
    """Into the frame, as the shop's page cannot."""
    frame = page.frame_locator("iframe[title='Secure payment input frame']")
    frame.get_by_label("Card number").fill(number)
    frame.get_by_label("Expiry").fill("12 / 40")
    frame.get_by_label("Security code").fill("123")


def an_intent(client: StripeClient) -> str:
    """The client secret of a new one."""
    return str(client.v1.payment_intents.create({"amount": 2000, "currency": "eur"}).client_secret)


def a_session(client: StripeClient, shop: Shop) -> Session:
    """A page to pay 20.00 EUR on."""
    price: Any = {"currency": "eur", "unit_amount": 2000, "product_data": {"name": "Haircut"}}
    return client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": f"{shop.url}done/{{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{shop.url}back",
            "line_items": [{"quantity": 1, "price_data": price}],
        }
    )


def test_the_payment_element_pays_and_sends_back(client: StripeClient, page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}?secret={an_intent(client)}")
    expect(page.get_by_role("button", name="Pay now")).to_be_enabled()
    assert faults_of(page) == []
    type_card(page, "4242424242424242")
    expect(page.locator("body")).to_have_attribute("data-complete", "true")
    page.get_by_role("button", name="Pay now").click()
    expect(page.get_by_role("status")).to_have_text("succeeded succeeded")
    [intent] = client.v1.payment_intents.list().data
    assert intent.status == "succeeded"
    assert f"payment_intent={intent.id}&" in page.url
    assert not any("4242" in path for path in shop.asked)


def test_a_declined_card_stays_on_the_page_and_another_one_pays_there(
    client: StripeClient, page: Page, shop: Shop
) -> None:
    page.goto(f"{shop.url}?redirect=if_required&secret={an_intent(client)}")
    pay = page.get_by_role("button", name="Pay now")
    pay.click()
    expect(page.get_by_role("status")).to_contain_text("validation_error incomplete_number")
    type_card(page, "4000000000000002")
    pay.click()
    expect(page.get_by_role("status")).to_have_text("card_error card_declined: Your card was declined.")
    type_card(page, "4242424242424242")
    pay.click()
    expect(page.get_by_role("status")).to_have_text("succeeded")


@pytest.mark.parametrize(
    ("button", "words"), [("Complete", "succeeded succeeded"), ("Fail", "failed requires_payment_method")]
)
def test_three_d_secure_leads_to_the_bank_and_back(
    client: StripeClient, page: Page, shop: Shop, button: str, words: str
) -> None:
    page.goto(f"{shop.url}?secret={an_intent(client)}")
    type_card(page, "4000002500003155")
    page.get_by_role("button", name="Pay now").click()
    expect(page.get_by_role("heading")).to_have_text("Your bank asks: is this you?")
    assert faults_of(page) == []
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("status")).to_have_text(words)


def test_a_wrong_client_secret_is_told(client: StripeClient, page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}?secret={an_intent(client)}guess")
    expect(page.get_by_role("status")).to_contain_text("No such payment_intent")
    expect(page.get_by_role("button", name="Pay now")).to_be_disabled()


def test_the_hosted_page_needs_no_javascript(client: StripeClient, chromium: Browser, shop: Shop) -> None:
    session = a_session(client, shop)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(str(session.url))
    for number, after in (
        ("4000000000000002", "Your card was declined."),
        ("4000000000003220", "is this you?"),
    ):
        page.get_by_label("Email").fill("olivia@example.com")
        page.get_by_label("Card number").fill(number)
        page.get_by_label("Expiry").fill("12/40")
        page.get_by_label("Security code").fill("123")
        page.get_by_role("button", name="Pay 20.00 EUR").click()
        expect(page.get_by_role("main")).to_contain_text(after)
    page.get_by_role("button", name="Complete").click()
    page.wait_for_url(f"{shop.url}done/{session.id}")
    context.close()
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_the_hosted_page_is_easy_to_use_for_everybody(client: StripeClient, page: Page, shop: Shop) -> None:
    session = a_session(client, shop)
    page.goto(str(session.url))
    assert faults_of(page) == []
    page.get_by_role("link", name="Back").click()
    page.wait_for_url(f"{shop.url}back")
