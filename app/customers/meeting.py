"""Finding a business's record of a person, or making it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.core.errors import DomainError
from app.customers.linking import account_of
from app.customers.models import Customer
from app.customers.wording import remember_words


@dataclass(frozen=True, slots=True)
class Contact:
    """Who books, as they typed it and as the form cleaned it: lower-case e-mail, E.164 phone.

    `guest_name` is who comes along. Of a walk-in who is not `is_named` the name only says that.
    """

    name: str
    email: str | None
    phone: str | None = None
    note: str | None = None
    language: str | None = None
    zone: str | None = None
    guest_name: str | None = None
    is_named: bool = True


class AlreadyKnown(DomainError):
    """Somebody who was taken for new is known by this e-mail, or else by this phone number: the same person?"""

    message = _("Is that somebody you know? Please say so below.")

    def __init__(self, customer: Customer, *, by_email: bool) -> None:
        super().__init__()
        self.customer_id, self.name, self.by_email = customer.id, customer.name, by_email


def meet(business_id: int, contact: Contact, now: datetime) -> Customer:
    """The customer with this e-mail or, where none is given, with this phone number; else a new one.

    A phone is shared more often than a mailbox, so it never outweighs another e-mail. What the business knows
    of somebody is never overwritten from a public form; the booking keeps its own copy.
    """
    return find_known(business_id, contact) or _new(business_id, contact, now)


def meet_new(business_id: int, contact: Contact, now: datetime, *, is_other: bool = False) -> Customer:
    """A new customer. Raises AlreadyKnown where `meet` would have found one.

    `is_other`: one whose phone number somebody else has, too. An e-mail address is one customer's all the same.
    """
    known = None if is_other and not contact.email else find_known(business_id, contact)
    if known:
        raise AlreadyKnown(known, by_email=bool(contact.email))
    return _new(business_id, contact, now)


def find_known(business_id: int, contact: Contact) -> Customer | None:
    """Who is meant by this e-mail or, where none is given, by this phone number; those of who was merged count, too."""
    if not (contact.email or contact.phone):
        return None
    by = {"email": contact.email} if contact.email else {"phone": contact.phone}
    rows = select(Customer).filter_by(business_id=business_id, erased_at=None, **by)
    first = rows.order_by(Customer.merged_into.is_not(None), Customer.id).limit(1)
    found = db.session.scalar(first)
    if found is None or found.merged_into is None:
        return found
    return db.session.get(Customer, (business_id, found.merged_into))


def _new(business_id: int, contact: Contact, now: datetime) -> Customer:
    """A twin who was faster wins: the unique index judges, and their row is read instead."""
    row = insert(Customer).values(
        business_id=business_id,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        zone=contact.zone,
        user_id=account_of(contact.email),
        created_at=now,
    )
    made = db.session.scalar(row.on_conflict_do_nothing().returning(Customer))
    if made and contact.is_named:
        remember_words(made, is_new=True)
    return made or find_known(business_id, contact) or _new(business_id, contact, now)
