"""What a booking costs. A price that was booked is a final one: its tax is a part of it.

Where a business writes its prices without tax, the tax of each place is added before anybody sees them.
"""

from dataclasses import dataclass
from typing import Any

from app.core.money import share_of
from app.services.models import Service


@dataclass(frozen=True, slots=True)
class Price:
    """`lines` as a booking keeps them, amounts and total in minor units of the business's currency."""

    lines: tuple[dict[str, Any], ...]
    total: int


def final_price(service: Service, own_cents: int | None = None) -> int | None:
    """What somebody pays for one place (minor units), at an own price or the service's; None: it is told on site."""
    each = own_cents if own_cents is not None else service.price_cents
    if each is None:
        return None
    return each + share_of(each, service.tax_bp) if service.adds_tax else each


def price(service: Service, own_cents: int | None = None, places: int = 1) -> Price:
    """The price of `places` places with somebody whose own price is `own_cents`, or at the service's price.

    A service without a price is priced on site: its line has no amount, and it adds nothing to the total.
    """
    each = final_price(service, own_cents)
    amount = None if each is None else each * places
    line = {
        "label": service.name,
        "kind": "service",
        "quantity": places,
        "amount": amount,
        "tax_bp": service.tax_bp,
    }
    return Price((line,), amount or 0)
