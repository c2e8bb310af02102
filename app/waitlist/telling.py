"""What those who wait are told: planned in the transaction of what happened."""

from datetime import datetime, timedelta

from app.businesses.models import Business
from app.notifications.planning import Message, plan
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from app.waitlist.wishes import wanted_by


def tell_joined(business: Business, entry: WaitlistEntry, *, now: datetime) -> None:
    """That somebody is on the list, with the link to their entry; once for each thing they wait for."""
    key = f"joined:{entry.link_version}:{wanted_by(entry).key}"
    _tell(business, entry, "waitlist_joined", key, expires_at=None, now=now)


def tell_offered(business: Business, entry: WaitlistEntry, offer: WaitlistOffer, *, now: datetime) -> None:
    """That a place came free and is held for them."""
    key = f"offer{offer.id}"
    _tell(business, entry, "waitlist_offer", key, expires_at=offer.expires_at, now=now, offer=offer.id)


def tell_removed(business: Business, entry: WaitlistEntry, *, now: datetime) -> None:
    """That a member took them off the list."""
    _tell(business, entry, "waitlist_removed", "removed", expires_at=now + timedelta(days=2), now=now)


def _tell(
    business: Business,
    entry: WaitlistEntry,
    kind: str,
    what: str,
    *,
    expires_at: datetime | None,
    now: datetime,
    **payload: int,
) -> None:
    if not entry.contact_email:
        return
    message = Message(
        kind=kind,
        business_id=business.id,
        subject_kind="waitlist_entry",
        subject_id=entry.id,
        recipient=entry.contact_email,
        language=entry.language or business.language,
        dedupe_key=f"b{business.id}:waitlist{entry.id}:{what}:email",
        expires_at=expires_at,
        payload=payload,
    )
    plan([message], now)
