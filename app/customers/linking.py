"""What a business knows of somebody, bound to the account of whoever has shown that the address is theirs."""

from sqlalchemy import ScalarSelect, select, update

from app.auth.models import User
from app.core.db import db
from app.customers.models import Customer


def link_customers(user: User) -> None:
    """Bind what any business knows of this address to the account, once the address is checked.

    What was bound before stays, to this account or to another: the address was theirs then.
    """
    free = update(Customer).where(
        Customer.email == user.email,
        Customer.user_id.is_(None),
        Customer.merged_into.is_(None),
        Customer.erased_at.is_(None),
    )
    db.session.execute(free.values(user_id=user.id))


def unlink_customers(user_id: int) -> None:
    """Leave to the businesses what is theirs."""
    theirs = update(Customer).where(Customer.user_id == user_id)
    db.session.execute(theirs.values(user_id=None))


def last_phone(user_id: int) -> str | None:
    """The number somebody gave last."""
    rows = select(Customer.phone).where(Customer.user_id == user_id, Customer.phone.is_not(None))
    return db.session.scalar(rows.order_by(Customer.created_at.desc()).limit(1))


def account_of(email: str | None) -> ScalarSelect[int]:
    """The id of the account whose address this has been shown to be; as part of another statement."""
    checked = select(User.id).where(User.email == email, User.email_checked_at.is_not(None), User.active)
    return checked.scalar_subquery()
