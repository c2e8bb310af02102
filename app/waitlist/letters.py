"""The letters to those who wait: whether one is still wanted, and what it says at the moment it is sent."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from app.businesses.finding import load_business
from app.businesses.letters import common_words
from app.businesses.models import Business
from app.core import clock
from app.core.db import db
from app.core.mail import address_of, render
from app.customers.models import Customer
from app.notifications.kinds import Letter, Reason
from app.notifications.models import Notification
from app.schedule.models import Resource
from app.services.models import Service
from app.services.offering import bookable_services
from app.waitlist.finding import entry_token, find_entry, find_offer
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from app.waitlist.telling import is_texted
from app.waitlist.wordings import ALWAYS


def why_not_joined(row: Notification) -> Reason | None:
    """Why a customer need not read that they are on the list any more."""
    entry = _entry_about(row)
    if entry is not None and entry.ended_at is not None:
        return _("They are not on the list any more.")
    return _why_not(row, entry)


def why_not_offered(row: Notification) -> Reason | None:
    """Why a customer need not read of an offer any more."""
    entry = _entry_about(row)
    offer = _offer_about(row, entry)
    if offer is None or offer.status != "open":
        return _("The offer was over before it was sent.")
    return _why_not(row, entry)


def why_not_withdrawn(row: Notification) -> Reason | None:
    """Why a customer need not read any more that an offer was taken back."""
    entry = _entry_about(row)
    if entry is not None and entry.status != "waiting":
        return _("They were offered something else meanwhile, or do not wait any more.")
    return _why_not(row, entry)


def why_not_removed(row: Notification) -> Reason | None:
    """Why a customer need not read that they were taken off the list any more."""
    entry = _entry_about(row)
    if entry is not None and entry.ended_at is None:
        return _("They are on the list.")
    return _why_not(row, entry)


def letter(row: Notification) -> Letter:
    """To the customer, whatever it is about."""
    entry = find_entry(row.business_id or 0, row.subject_id)
    if entry is None:
        raise LookupError(row.subject_id)
    offer = _offer_about(row, entry)
    service = db.session.get_one(Service, (entry.business_id, entry.service_id))
    return _letter(row, entry, offer, service.name, _name_of(entry))


def sample(row: Notification) -> Letter:
    """To somebody made up, who waits for the first service of the business."""
    service = next(iter(bookable_services(row.business_id or 0)), None)
    now = clock.now()
    with force_locale(row.language.replace("-", "_")):
        name, waits_for = str(ALWAYS["customer_name"].sample), str(ALWAYS["service"].sample)
    entry = WaitlistEntry(business_id=row.business_id, uid=UUID(int=0), link_version=0, contact_name=name)
    offer = WaitlistOffer(
        id=0, starts_at=now + timedelta(days=1), created_at=now, expires_at=now + timedelta(hours=2)
    )
    is_offer = row.kind in ("waitlist_offer", "waitlist_withdrawn")
    return _letter(row, entry, offer if is_offer else None, service.name if service else waits_for, None)


def _letter(
    row: Notification, entry: WaitlistEntry, offer: WaitlistOffer | None, service: str, person: str | None
) -> Letter:
    business = load_business(entry.business_id)
    token = entry_token(entry)
    page = address_of("waiting.show", token=token)
    is_open = offer is not None and row.kind == "waitlist_offer"
    link = address_of("waiting.show_offer", token=token, offer_id=offer.id) if offer and is_open else page
    return Letter(
        sender=business.name,
        recipient=entry.contact_name,
        reply_to=business.email,
        words=common_words(business)
        | {
            "offer": offer if is_open else None,
            "also_texted": bool(offer and is_open and row.channel == "email" and is_texted(entry, offer)),
            "service": service,
            "person": person,
            "link": link,
            "page": page if entry.ended_at is None else None,
        },
        fills=_fills(business, entry, offer, service, link, row.language),
    )


def _fills(
    business: Business,
    entry: WaitlistEntry,
    offer: WaitlistOffer | None,
    service: str,
    link: str,
    language: str,
) -> dict[str, str]:
    fills = {
        "customer_name": entry.contact_name,
        "business_name": business.name,
        "service": service,
        "link": link,
    }
    if offer is None:
        return fills
    moments = {"time": offer.starts_at, "until": offer.expires_at}
    zone = {"zone": business.zone, "made_at": offer.created_at}
    return fills | {
        name: render(f"mail/_waitlist_{name}.txt", language, zone | {"at": at}).strip()
        for name, at in moments.items()
    }


def _why_not(row: Notification, entry: WaitlistEntry | None) -> Reason | None:
    """The reasons that hold for every letter: gone or erased."""
    key: Any = (row.business_id, entry and entry.customer_id)
    customer = entry and db.session.get(Customer, key, populate_existing=True)
    if not isinstance(customer, Customer) or customer.erased_at is not None:
        return _("The customer was erased.")
    return None


def _entry_about(row: Notification) -> WaitlistEntry | None:
    key: Any = (row.business_id, row.subject_id)
    return db.session.get(WaitlistEntry, key, populate_existing=True)


def _offer_about(row: Notification, entry: WaitlistEntry | None) -> WaitlistOffer | None:
    if entry is None or "offer" not in row.payload:
        return None
    offer = find_offer(entry, row.payload["offer"])
    if offer:
        db.session.refresh(offer)
    return offer


def _name_of(entry: WaitlistEntry) -> str | None:
    """Whom they asked for."""
    if entry.person_id is None:
        return None
    return db.session.get_one(Resource, (entry.business_id, entry.person_id)).name
