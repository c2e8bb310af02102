"""Entries of the waitlist by the links customers have."""

import uuid

from sqlalchemy import select

from app.core import signing
from app.core.db import db
from app.waitlist.models import WaitlistEntry, WaitlistOffer


def entry_token(entry: WaitlistEntry) -> str:
    """The part of an address that leads to an entry; a higher link version makes older links dead."""
    return signing.sign("waitlist", [entry.business_id, str(entry.uid), entry.link_version])


def find_by_token(token: str) -> WaitlistEntry | None:
    """The entry this link is for; None for a wrong or revoked link."""
    signed = signing.read("waitlist", token)
    if signed is None:
        return None
    business_id, uid, version = signed
    found = select(WaitlistEntry).filter_by(business_id=business_id, uid=uuid.UUID(uid), link_version=version)
    return db.session.scalar(found)


def find_entry(business_id: int, entry_id: int) -> WaitlistEntry | None:
    """An entry of the business."""
    return db.session.get(WaitlistEntry, (business_id, entry_id))


def find_held(business_id: int, visit: uuid.UUID) -> WaitlistEntry | None:
    """Whoever is offered what is held by this visit."""
    offers = select(WaitlistOffer).filter_by(business_id=business_id, visit=visit, status="open")
    offer = db.session.scalar(offers)
    return find_entry(business_id, offer.entry_id) if offer else None


def find_offer(entry: WaitlistEntry, offer_id: int) -> WaitlistOffer | None:
    """An offer that was made to this entry."""
    offer = db.session.get(WaitlistOffer, (entry.business_id, offer_id))
    return offer if offer and offer.entry_id == entry.id else None
