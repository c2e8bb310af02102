"""Finding a business's record of a person, or making it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
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


def meet(business_id: int, contact: Contact, now: datetime) -> Customer:
    """The customer with this e-mail or, where none is given, with this phone number; else a new one.

    A phone is shared more often than a mailbox, so it never outweighs another e-mail. What the business knows
    of somebody is never overwritten from a public form; the booking keeps its own copy.
    """
    return _known(business_id, contact) or _new(business_id, contact, now)


def _known(business_id: int, contact: Contact) -> Customer | None:
    alive = select(Customer).filter_by(business_id=business_id, merged_into=None, erased_at=None)
    if contact.email:
        return db.session.scalar(alive.filter_by(email=contact.email))
    if contact.phone:
        return db.session.scalar(alive.filter_by(phone=contact.phone).order_by(Customer.id).limit(1))
    return None


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
    return made or _known(business_id, contact) or _new(business_id, contact, now)
