"""Messages people do not want, as they said: from one business, or from any where they have an account."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.audit.models import record
from app.auth.models import User
from app.core import signing
from app.core.actor import Actor
from app.core.db import db
from app.customers.models import Customer

TOPICS = ("reminder", "follow_up", "offer")
CHANNELS = ("email", "sms")


def unwanted_by(business_id: int, customer_ids: Collection[int]) -> dict[int, set[str]]:
    """What each of these customers does not want, as `<topic>:<channel>`. One statement."""
    found = select(Customer.id, Customer.unwanted, User.unwanted).outerjoin(User, User.id == Customer.user_id)
    rows = db.session.execute(found.where(Customer.business_id == business_id, Customer.id.in_(customer_ids)))
    return {number: {*here, *(anywhere or ())} for number, here, anywhere in rows}


def is_unwanted(business_id: int, customer_id: int, topic: str, channel: str) -> bool:
    """Whether a customer does not want such messages."""
    return f"{topic}:{channel}" in unwanted_by(business_id, [customer_id]).get(customer_id, set())


def set_wanted(
    customer: Customer, topic: str, channel: str, wanted: bool, *, by: Actor, now: datetime
) -> None:
    """Keep whether a customer wants such messages from this business. Twice changes nothing."""
    db.session.refresh(customer, with_for_update={"key_share": True})
    what = f"{topic}:{channel}"
    if (what not in customer.unwanted) == wanted:
        return
    before = list(customer.unwanted)
    customer.unwanted = [it for it in before if it != what] if wanted else [*before, what]
    record(
        "customer.wishes_changed",
        "customer",
        customer.id,
        by=by,
        at=now,
        business_id=customer.business_id,
        changes={"unwanted": [before, customer.unwanted]},
    )
    db.session.flush()


def wishes_token(business_id: int, customer_id: int, topic: str, channel: str) -> str:
    """The part of an address by which whoever gets such messages ends them, without signing in."""
    return signing.sign("messages", [business_id, customer_id, topic, channel])


def read_wishes(token: str) -> tuple[Customer, str, str] | None:
    """The customer, topic and channel a token is for; None for a wrong one, or when the customer was erased."""
    signed = signing.read("messages", token)
    if signed is None:
        return None
    business_id, customer_id, topic, channel = signed
    customer = db.session.get(Customer, (business_id, customer_id))
    if customer is not None and customer.merged_into is not None:
        customer = db.session.get(Customer, (business_id, customer.merged_into))
    if customer is None or customer.erased_at is not None:
        return None
    return customer, topic, channel
