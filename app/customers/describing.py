"""Who a customer is, as members write it down."""

from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.models import changes_to, record
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.customers.linking import account_of
from app.customers.locking import lock_customer
from app.customers.models import Customer
from app.customers.wording import remember_words


@dataclass(frozen=True, slots=True)
class Details:
    """As the form cleaned it: lower-case e-mail, E.164 phone, the code of a language of the business."""

    name: str
    email: str | None
    phone: str | None
    language: str | None


class AddressOfAnother(Conflict):
    """An e-mail address is one customer's, and this is `customer_id`'s."""

    message = _("Another customer has this e-mail address already. Are they the same person?")

    def __init__(self, customer_id: int | None) -> None:
        super().__init__()
        self.customer_id = customer_id


def write_down(business_id: int, details: Details, *, by: Actor, now: datetime) -> Customer:
    """A new customer, known without a booking. Raises AddressOfAnother; then the caller rolls back.

    Who has their phone number is another customer all the same: a family shares one.
    """
    account = db.session.scalar(select(account_of(details.email)))
    customer = Customer(business_id=business_id, user_id=account, created_at=now)
    _keep(customer, details)
    changes = {name: [None, value] for name, value in asdict(details).items() if value}
    record("customer.added", "customer", customer.id, by=by, at=now, business_id=business_id, changes=changes)
    return customer


def describe(customer: Customer, details: Details, *, by: Actor, now: datetime) -> None:
    """Correct what is known of a customer. What they gave for each booking stays as it was given.

    An account stays bound as long as the e-mail address does. Raises AddressOfAnother, CustomerGone; then the caller
    rolls back.
    """
    lock_customer(customer)
    changes = changes_to(customer, asdict(details))
    if not changes:
        return
    if "email" in changes:
        customer.user_id = db.session.scalar(select(account_of(details.email)))
    _keep(customer, details)
    record(
        "customer.changed",
        "customer",
        customer.id,
        by=by,
        at=now,
        business_id=customer.business_id,
        changes=changes,
    )


def _keep(customer: Customer, details: Details) -> None:
    """The unique index judges."""
    business_id = customer.business_id
    try:
        with db.session.begin_nested():
            for name, value in asdict(details).items():
                setattr(customer, name, value)
            db.session.add(customer)
            db.session.flush()
    except IntegrityError as error:
        alive = select(Customer.id).filter_by(business_id=business_id, merged_into=None, erased_at=None)
        raise AddressOfAnother(db.session.scalar(alive.filter_by(email=details.email))) from error
    remember_words(customer)
