"""What a business offers and who does it, as its page lists them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.services.models import Service
from app.services.offering import bookable_services, by_category
from app.services.pricing import final_price
from app.staff.team import Performer, TeamMember, performers_of, team


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A service with what one pays for it (cents) and how long it takes (minutes) with whoever does it: least and most.

    `cents` is None when nobody's price is known; `from_cents`: some ask for more, or tell their price on site.
    """

    service: Service
    cents: int | None
    from_cents: bool
    shortest: int
    longest: int


@dataclass(frozen=True, slots=True)
class Section:
    """Offers under a heading; the one without comes last."""

    heading: str | None
    offers: list[MenuItem]


@dataclass(frozen=True, slots=True)
class Menu:
    """`people` come with the only service they do, where it is only one: with them the flow begins there."""

    sections: list[Section]
    people: list[tuple[TeamMember, int | None]]

    @property
    def has_headings(self) -> bool:
        return any(section.heading for section in self.sections)

    @property
    def has_pictures(self) -> bool:
        return any(offer.service.picture for section in self.sections for offer in section.offers)


def menu_of(business_id: int) -> Menu:
    """All that can be booked, by category, and the people of the business: four statements."""
    services = bookable_services(business_id)
    performers = performers_of(business_id, [it.id for it in services])
    sections = sections_of(business_id, services, performers)
    people = [(person, _only_service(person.id, performers)) for person in team(business_id)]
    return Menu(sections, people)


def sections_of(
    business_id: int, services: Sequence[Service], performers: Mapping[int, Sequence[Performer]]
) -> list[Section]:
    """Services under their headings, with what they cost and how long they take with those who do them."""
    return [
        Section(heading, [offer_of(service, performers[service.id]) for service in those])
        for heading, those in by_category(business_id, services)
    ]


def offer_of(service: Service, performers: Sequence[Performer]) -> MenuItem:
    """What a service costs and how long it takes, with those who do it."""
    own = [it.price_cents for it in performers] or [None]
    prices = {final_price(service, price) for price in own}
    known = [price for price in prices if price is not None]
    lengths = [it.minutes or service.minutes or 0 for it in performers] or [service.minutes or 0]
    return MenuItem(service, min(known, default=None), len(prices) > 1, min(lengths), max(lengths))


def _only_service(person: int, performers: Mapping[int, Sequence[Performer]]) -> int | None:
    does = [service for service, those in performers.items() if any(it.id == person for it in those)]
    return does[0] if len(does) == 1 else None
