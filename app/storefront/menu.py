"""What a business offers and who does it, as its page lists them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.core.db import db
from app.schedule.models import Resource, ResourceGroupMember, ServiceNeed
from app.services.models import Service, ServiceCategory
from app.services.offering import bookable_services
from app.staff.team import TeamMember, team


@dataclass(frozen=True, slots=True)
class Offer:
    """A service with what it costs (cents) and how long it takes (minutes) with whoever does it: least and most.

    `cents` is None when nobody's price is known; `from_cents`: some ask for more, or tell their price on site.
    """

    service: Service
    cents: int | None
    from_cents: bool
    shortest: int
    longest: int


@dataclass(frozen=True, slots=True)
class Section:
    """Offers under a heading; the one without `category` comes last."""

    category: ServiceCategory | None
    offers: list[Offer]


@dataclass(frozen=True, slots=True)
class Menu:
    """`people` come with the only service they do, where it is only one: with them the flow begins there."""

    sections: list[Section]
    people: list[tuple[TeamMember, int | None]]

    @property
    def offers(self) -> list[Offer]:
        return [offer for section in self.sections for offer in section.offers]

    @property
    def has_headings(self) -> bool:
        return any(section.category for section in self.sections)

    @property
    def has_pictures(self) -> bool:
        return any(offer.service.picture for offer in self.offers)


@dataclass(frozen=True, slots=True)
class _Performs:
    service: int
    person: int
    price_cents: int | None
    minutes: int | None


def menu_of(business_id: int) -> Menu:
    """All that can be booked, by category, and the people of the business: four statements."""
    performed = defaultdict(list)
    for it in _performances(business_id):
        performed[it.service].append(it)
    services = bookable_services(business_id)
    offers = defaultdict(list)
    for service in services:
        offers[service.category_id].append(offer_of(service, performed[service.id]))
    sections = [Section(it, offers.pop(it.id)) for it in _categories(business_id) if it.id in offers]
    rest = [offer for those in offers.values() for offer in those]
    people = team(business_id)
    only = {person.id: _only_service(person.id, services, performed) for person in people}
    return Menu(
        [*sections, Section(None, rest)] if rest else sections,
        [(person, only[person.id]) for person in people],
    )


def offer_of(service: Service, performed: Iterable["_Performs"]) -> Offer:
    """What a service costs and how long it takes, with those who do it."""
    those = list(performed)
    prices = {it.price_cents if it.price_cents is not None else service.price_cents for it in those} or {
        service.price_cents
    }
    known = sorted(price for price in prices if price is not None)
    lengths = sorted({it.minutes or service.minutes or 0 for it in those} or {service.minutes or 0})
    return Offer(service, known[0] if known else None, len(prices) > 1, lengths[0], lengths[-1])


def _performances(business_id: int) -> list[_Performs]:
    """Who does what. The first need of a service is who performs it."""
    found = (
        select(
            ServiceNeed.service_id,
            ResourceGroupMember.resource_id,
            ResourceGroupMember.price_cents,
            ResourceGroupMember.minutes,
        )
        .join(
            ResourceGroupMember,
            (ResourceGroupMember.business_id == ServiceNeed.business_id)
            & (ResourceGroupMember.group_id == ServiceNeed.group_id),
        )
        .join(
            Resource,
            (Resource.business_id == ResourceGroupMember.business_id)
            & (Resource.id == ResourceGroupMember.resource_id),
        )
        .where(ServiceNeed.business_id == business_id, ServiceNeed.position == 1, Resource.active)
    )
    return [_Performs(*row) for row in db.session.execute(found)]


def _categories(business_id: int) -> list[ServiceCategory]:
    found = select(ServiceCategory).filter_by(business_id=business_id)
    return list(db.session.scalars(found.order_by(ServiceCategory.position, ServiceCategory.id)))


def _only_service(
    person: int, services: Iterable[Service], performed: dict[int, list[_Performs]]
) -> int | None:
    does = [service.id for service in services if any(it.person == person for it in performed[service.id])]
    return does[0] if len(does) == 1 else None
