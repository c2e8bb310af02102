"""What a business learns of somebody it knows."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from app.audit.models import record
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.customers.linking import account_of
from app.customers.meeting import Contact
from app.customers.models import Customer
from app.customers.wording import remember_words


class CustomerGone(Conflict):
    """Somebody merged or erased the customer meanwhile."""

    message = _("This customer is not in your list any more. Please look for them again.")


class AddressTaken(Conflict):
    """An e-mail address is one customer's."""

    message = _("Another customer has this e-mail address already. Please look for them, or leave it out.")


def complete(business_id: int, customer_id: int, contact: Contact, *, by: Actor, now: datetime) -> Customer:
    """A customer, with the e-mail address and the phone number nobody had asked for so far. What is known stays.

    Raises CustomerGone, AddressTaken; then the caller rolls back.
    """
    key = business_id, customer_id
    customer = db.session.get(Customer, key, populate_existing=True, with_for_update=True)
    if customer is None or customer.merged_into is not None or customer.erased_at is not None:
        raise CustomerGone
    given = {"email": contact.email, "phone": contact.phone}
    new = {name: value for name, value in given.items() if value and getattr(customer, name) is None}
    if new:
        _write(customer, new)
        changes = {name: [None, value] for name, value in new.items()}
        record(
            "customer.changed",
            "customer",
            customer.id,
            by=by,
            at=now,
            business_id=business_id,
            changes=changes,
        )
    return customer


def _write(customer: Customer, new: Mapping[str, str]) -> None:
    """The unique index judges."""
    try:
        with db.session.begin_nested():
            for name, value in new.items():
                setattr(customer, name, value)
            if "email" in new and customer.user_id is None:
                customer.user_id = account_of(customer.email)
            db.session.flush()
    except IntegrityError as error:
        raise AddressTaken from error
    remember_words(customer)
