"""What those who wait are told: planned in the transaction of what happened."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.appointments.reaching import may_text
from app.businesses.models import Business
from app.core.db import db
from app.customers.unwanted import is_unwanted
from app.notifications.models import Notification
from app.notifications.planning import Message, call_off, plan, unsent
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from app.waitlist.wishes import wanted_by

# Of an offer with one of these nobody has read it, or will, unless it had begun to leave before.
_NEVER_READ = ("pending", "cancelled", "expired", "failed")


def way_to(business: Business, entry: WaitlistEntry) -> dict[str, str]:
    """How somebody is told: by mail, or by text where there is no address and the business sends texts; else none."""
    if entry.contact_email:
        return {"email": entry.contact_email}
    return {"sms": entry.contact_phone} if entry.contact_phone and may_text(business.id) else {}


def ways_to_offer(business: Business, entry: WaitlistEntry) -> dict[str, str]:
    """The same of an offer, which is over soon: also by text beside the mail, unless they want no offers by text."""
    ways = way_to(business, entry)
    if "sms" in ways or not entry.contact_phone or not may_text(business.id):
        return ways
    return (
        ways
        if is_unwanted(business.id, entry.customer_id, "offer", "sms")
        else ways | {"sms": entry.contact_phone}
    )


def tell_joined(business: Business, entry: WaitlistEntry, *, now: datetime) -> None:
    """That somebody is on the list, with the link to their entry; once for each thing they wait for."""
    _tell("waitlist_joined", business, entry, f"joined:{entry.link_version}:{wanted_by(entry).key}", now)


def tell_again(business: Business, entry: WaitlistEntry, *, now: datetime) -> None:
    """The same to whoever asked for it once more; once an hour, because anybody can ask."""
    _tell("waitlist_joined", business, entry, f"joined:{entry.link_version}:again{_hour(now)}", now)


def tell_full(business: Business, entry: WaitlistEntry, *, now: datetime) -> None:
    """That they wait for all they may, and where to leave the latest of it; once an hour."""
    _tell("waitlist_full", business, entry, f"full{_hour(now)}", now)


def tell_offered(business: Business, entry: WaitlistEntry, offer: WaitlistOffer, *, now: datetime) -> None:
    """That a place came free and is held for them: one offer, by whatever ways it goes."""
    about = {"expires_at": offer.expires_at, "payload": {"offer": offer.id}}
    ways = ways_to_offer(business, entry)
    _tell("waitlist_offer", business, entry, f"offer{offer.id}", now, ways=ways, **about)


def tell_withdrawn(business: Business, entry: WaitlistEntry, offer: WaitlistOffer, *, now: datetime) -> None:
    """That an offer was taken back, to whoever may have read it; what of it has not left is called off."""
    rows = [
        it
        for it in unsent(business.id, "waitlist_entry", [entry.id], ["waitlist_offer"])
        if it.payload.get("offer") == offer.id
    ]
    call_off(rows, _("The offer was over before it was sent."))
    heard = _heard_by(entry, offer)
    ways = (
        way_to(business, entry) if "email" in heard else {it: to for it, to in _texts(entry) if it in heard}
    )
    about = {"expires_at": offer.starts_at, "payload": {"offer": offer.id}}
    _tell("waitlist_withdrawn", business, entry, f"withdrawn{offer.id}", now, ways=ways, **about)


def tell_removed(business: Business, entry: WaitlistEntry, *, now: datetime) -> None:
    """That a member took them off the list."""
    _tell("waitlist_removed", business, entry, "removed", now, expires_at=now + timedelta(days=2))


def is_texted(entry: WaitlistEntry, offer: WaitlistOffer) -> bool:
    """Whether an offer goes, or went, by text as well."""
    texts = _of_offer(entry, offer).where(
        Notification.channel == "sms", Notification.status.not_in(("cancelled", "expired", "failed"))
    )
    return db.session.scalar(texts.limit(1)) is not None


def _heard_by(entry: WaitlistEntry, offer: WaitlistOffer) -> set[str]:
    """The channels by which an offer has left, or may have."""
    has_left = Notification.status.not_in(_NEVER_READ) | Notification.transmitting_at.is_not(None)
    return set(db.session.scalars(_of_offer(entry, offer).where(has_left)))


def _of_offer(entry: WaitlistEntry, offer: WaitlistOffer) -> Any:
    return select(Notification.channel).where(
        Notification.business_id == entry.business_id,
        Notification.subject_kind == "waitlist_entry",
        Notification.subject_id == entry.id,
        Notification.kind == "waitlist_offer",
        Notification.payload["offer"].as_integer() == offer.id,
    )


def _texts(entry: WaitlistEntry) -> list[tuple[str, str]]:
    return [("sms", entry.contact_phone)] if entry.contact_phone else []


def _hour(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y%m%d%H}"


def _tell(
    kind: str,
    business: Business,
    entry: WaitlistEntry,
    what: str,
    now: datetime,
    *,
    ways: dict[str, str] | None = None,
    **about: Any,
) -> None:
    """Plan a message, by each of these ways or as they are told everything."""
    messages = [
        Message(
            kind=kind,
            business_id=business.id,
            subject_kind="waitlist_entry",
            subject_id=entry.id,
            customer_id=entry.customer_id,
            recipient=recipient,
            channel=channel,
            language=entry.language or business.language,
            dedupe_key=f"b{business.id}:waitlist{entry.id}:{what}:{channel}",
            **about,
        )
        for channel, recipient in (way_to(business, entry) if ways is None else ways).items()
    ]
    plan(messages, now)
