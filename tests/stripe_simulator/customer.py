"""What a customer does, without a browser: types a card into Stripe.js or the hosted page, and answers the bank."""

import httpx

from tests.stripe_simulator.problems import Json
from tests.stripe_simulator.simulator import Simulator

CARD = {"expiry": "12 / 40", "cvc": "123"}
VISA = "4242 4242 4242 4242"
PATIENCE = 15  # seconds
BACK = "https://shop.example/back"


def pay(
    simulator: Simulator, client_secret: str, number: str = VISA, return_url: str = BACK, key: str = ""
) -> Json:
    """As Stripe.js does, with the publishable `key` of the test account unless given: the intent, or {"error": …}."""
    month, year = CARD["expiry"].split(" / ")
    wish = {
        "key": key or simulator.publishable_key,
        "client_secret": client_secret,
        "return_url": return_url,
        "payment_method_data[type]": "card",
        "payment_method_data[card][number]": number,
        "payment_method_data[card][exp_month]": month,
        "payment_method_data[card][exp_year]": year,
        "payment_method_data[card][cvc]": CARD["cvc"],
    }
    intent = client_secret.split("_secret_")[0]
    address = f"{simulator.url}/v1/payment_intents/{intent}/confirm"
    answer: Json = httpx.post(address, data=wish, timeout=PATIENCE, verify=False).json()
    return answer


def pay_on_page(url: str, number: str = VISA, email: str = "olivia@example.com") -> httpx.Response:
    """Send the form of a checkout session's page: 303 to the shop or to the bank, 422 with the reason, 410 too late."""
    wish = CARD | {"number": number, "email": email}
    return httpx.post(url, data=wish, timeout=PATIENCE, verify=False)


def answer_bank(url: str, outcome: str = "complete") -> str:
    """Complete or fail the 3-D Secure step: the address the customer is sent back to."""
    answer = httpx.post(url, data={"outcome": outcome}, timeout=PATIENCE, verify=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]
