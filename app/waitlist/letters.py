"""The letters to those who wait: whether one is still wanted, and what it says at the moment it is sent."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as later

from app.businesses.finding import load_business
from app.businesses.models import Business
from app.businesses.painting import paint
from app.core import clock
from app.core.db import db
from app.core.mail import address_of, home_address, render
from app.customers.models import Customer
from app.notifications.kinds import Fill, Letter, Reason, Wording
from app.notifications.models import Notification
from app.schedule.models import Resource
from app.services.models import Service
from app.services.offering import bookable_services
from app.waitlist.finding import entry_token, find_entry, find_offer
from app.waitlist.models import WaitlistEntry, WaitlistOffer

_ALWAYS = {
    "customer_name": Fill(later("The customer’s name"), later("Olivia Park")),
    "business_name": Fill(later("Your business"), later("Linden Studio")),
    "service": Fill(later("What they wait for"), later("Haircut")),
    "link": Fill(later("The page where they see and change it"), "https://…"),
}
_OFFERED = _ALWAYS | {
    "time": Fill(later("The time that came free"), later("Tuesday 2 March, 10:00")),
    "until": Fill(later("How long it is kept"), later("12:00")),
}
JOINED_FILLS, OFFER_FILLS, REMOVED_FILLS = _ALWAYS, _OFFERED, _ALWAYS
JOINED = {
    "email": Wording(
        later(
            "You are on the list, {customer_name}\n\nAs soon as a time for {service} comes free that suits you,"
            " {business_name} keeps it for you and writes to you. Whoever came first is asked first."
        ),
        later("On the list: {service}"),
    ),
    "sms": Wording(later("{business_name}: you are on the list for {service}. Look or leave: {link}")),
}
OFFER = {
    "email": Wording(
        later(
            "It came free, {customer_name}\n\nWhat you are waiting for is kept for you until {until}. If"
            " {business_name} hears nothing by then, the next in line is asked, and you stay on the list."
        ),
        later("It came free: {service}, {time}"),
    ),
    "sms": Wording(
        later("{business_name}: {service}, {time} came free. It is kept for you until {until}: {link}")
    ),
}
REMOVED = {
    "email": Wording(
        later(
            "You are off the list\n\nYou do not wait for {service} at {business_name} any more. If you still want"
            " to come, book a time that is free, or ask us."
        ),
        later("Off the list: {service}"),
    ),
    "sms": Wording(later("{business_name}: you are not on the list for {service} any more.")),
}


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
        name, waits_for = str(_ALWAYS["customer_name"].sample), str(_ALWAYS["service"].sample)
    entry = WaitlistEntry(business_id=row.business_id, uid=UUID(int=0), link_version=0, contact_name=name)
    offer = WaitlistOffer(
        id=0, starts_at=now + timedelta(days=1), created_at=now, expires_at=now + timedelta(hours=2)
    )
    is_offer = row.kind == "waitlist_offer"
    return _letter(row, entry, offer if is_offer else None, service.name if service else waits_for, None)


def _letter(
    row: Notification, entry: WaitlistEntry, offer: WaitlistOffer | None, service: str, person: str | None
) -> Letter:
    business = load_business(entry.business_id)
    token = entry_token(entry)
    page = address_of("waiting.show", token=token)
    link = address_of("waiting.show_offer", token=token, offer_id=offer.id) if offer else page
    return Letter(
        sender=business.name,
        recipient=entry.contact_name,
        reply_to=business.email,
        words={
            "business": business,
            "offer": offer,
            "service": service,
            "person": person,
            "link": link,
            "page": page if entry.ended_at is None else None,
            "paint": paint(business.brand_hue),
            "home": home_address(),
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
