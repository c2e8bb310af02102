"""Where a business delivers to, from how much on, and what it takes for it. Pure; minor units."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from app.core.errors import DomainError
from app.orders.models import OrderSettings


class NotDeliveredThere(DomainError):
    """An address outside of the area."""

    message = _("We do not deliver to this postcode. You can pick it up instead.")


@dataclass(frozen=True, slots=True)
class Address:
    """Where an order is brought to."""

    street: str
    postcode: str
    city: str


def postcode_key(postcode: str) -> str:
    """A postcode as it is compared: capitals, without blanks and dashes."""
    return "".join(c for c in postcode.upper() if c.isalnum())


def check_area(settings: OrderSettings, postcode: str) -> None:
    """Raise NotDeliveredThere unless a postcode begins with one of the area."""
    key = postcode_key(postcode)
    if not any(key.startswith(postcode_key(it)) for it in settings.postcodes):
        raise NotDeliveredThere


def missing_for_delivery(settings: OrderSettings, total: int) -> int:
    """How much more (minor units) somebody has to order for it to be brought; nothing where it is enough."""
    return max(0, settings.delivery_least_cents - total)


def delivery_fee(settings: OrderSettings, total: int) -> int:
    """What bringing an order of so much costs, with tax."""
    free = settings.delivery_free_cents
    return 0 if free is not None and total >= free else settings.delivery_fee_cents
