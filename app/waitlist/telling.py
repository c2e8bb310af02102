"""What those who wait are told: planned in the transaction of what happened."""

from datetime import datetime, timedelta
from typing import Any

from app.businesses.models import Business
from app.notifications.planning import Message, plan
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from app.waitlist.wishes import wanted_by


def tell_joined(business: Business, entry: WaitlistEntry, *, now: datetime) -> None:
    """That somebody is on the list, with the link to their entry; once for each thing they wait for."""
    about = _about(business, entry, f"joined:{entry.link_version}:{wanted_by(entry).key}")
    plan([Message(kind="waitlist_joined", **about)] if entry.contact_email else [], now)


def tell_offered(business: Business, entry: WaitlistEntry, offer: WaitlistOffer, *, now: datetime) -> None:
    """That a place came free and is held for them."""
    about = _about(business, entry, f"offer{offer.id}")
    about |= {"expires_at": offer.expires_at, "payload": {"offer": offer.id}}
    plan([Message(kind="waitlist_offer", **about)] if entry.contact_email else [], now)


def tell_removed(business: Business, entry: WaitlistEntry, *, now: datetime) -> None:
    """That a member took them off the list."""
    about = _about(business, entry, "removed") | {"expires_at": now + timedelta(days=2)}
    plan([Message(kind="waitlist_removed", **about)] if entry.contact_email else [], now)


def _about(business: Business, entry: WaitlistEntry, what: str) -> dict[str, Any]:
    return {
        "business_id": business.id,
        "subject_kind": "waitlist_entry",
        "subject_id": entry.id,
        "recipient": entry.contact_email,
        "language": entry.language or business.language,
        "dedupe_key": f"b{business.id}:waitlist{entry.id}:{what}:email",
    }
