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
    """The price of `places` places with somebody whose own price is `own_cents`, or at the service's price."""
    each = own_cents if own_cents is not None else service.price_cents or 0
    line = {
        "label": service.name,
        "kind": "service",
        "quantity": places,
        "amount": each * places,
        "tax_bp": service.tax_bp,
    }
    return Price((line,), each * places)
