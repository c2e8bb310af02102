"""What a business offers, and what of it can be ordered."""

from app.services.models.items import ItemChoice, ItemOption, ServiceItem
from app.services.models.offered import LONGEST_NAME, Service, ServiceCategory, ServiceQuestion

__all__ = [
    "LONGEST_NAME",
    "ItemChoice",
    "ItemOption",
    "Service",
    "ServiceCategory",
    "ServiceItem",
    "ServiceQuestion",
]
