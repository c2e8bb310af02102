"""What a booking costs. Prices are final prices; a tax line is a part of them, not an addition."""

from dataclasses import dataclass
from typing import Any

from app.services.models import Service


@dataclass(frozen=True, slots=True)
class Price:
    """`lines` as a booking keeps them, amounts and total in minor units of the business's currency."""

    lines: tuple[dict[str, Any], ...]
    total: int


def price(service: Service, own_cents: int | None = None, places: int = 1) -> Price:
    """The price of `places` places with somebody whose own price is `own_cents`, or at the service's price.

    A service without a price is priced on site: its line has no amount, and it adds nothing to the total.
    """
    each = own_cents if own_cents is not None else service.price_cents
    amount = None if each is None else each * places
    line = {
        "label": service.name,
        "kind": "service",
        "quantity": places,
        "amount": amount,
        "tax_bp": service.tax_bp,
    }
    return Price((line,), amount or 0)
