"""Short ways to pay, for the tests of the simulator."""

from typing import Any

from stripe import Charge, PaymentIntent, StripeClient

BACK = "https://shop.example/back?visit=7"
NO_REDIRECTS = {"enabled": True, "allow_redirects": "never"}


def paid(client: StripeClient, amount: int = 2000, card: str = "pm_card_visa", **more: Any) -> PaymentIntent:
    """A payment intent that was created and confirmed in one call."""
    wish: dict[str, Any] = {"amount": amount, "currency": "eur", "payment_method": card, "confirm": True}
    if "return_url" not in more:
        wish["automatic_payment_methods"] = NO_REDIRECTS
    return client.v1.payment_intents.create(wish | more)  # type: ignore[arg-type]


def charge_of(client: StripeClient, intent: PaymentIntent) -> Charge:
    """Its latest charge."""
    charge = client.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]}).latest_charge
    assert isinstance(charge, Charge)
    return charge
