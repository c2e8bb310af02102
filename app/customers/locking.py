"""The row of a customer, as it is now and until the transaction ends."""

from app.core.db import db
from app.customers.completing import CustomerGone
from app.customers.models import Customer


def lock_customer(customer: Customer) -> None:
    """Read the row again and keep others from changing it. Raises CustomerGone: merged or erased meanwhile."""
    db.session.refresh(customer, with_for_update={"key_share": True})
    if customer.merged_into is not None or customer.erased_at is not None:
        raise CustomerGone
