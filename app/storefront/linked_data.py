"""A business in the words of schema.org, for search engines and assistants (https://schema.org/LocalBusiness).

How hours are written is from Google's guide, https://developers.google.com/search/docs/appearance/structured-data/local-business:
a closing before the opening is on the next day, a closed date is 00:00 to 00:00, a whole day 00:00 to 23:59.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.businesses.models import Business
from app.core.intervals import Interval
from app.core.money import show_money, write_money
from app.core.text import is_web_address
from app.reviews.ratings import Stars
from app.schedule.opening_times import DayHours
from app.schedule.wall_clock import DAY
from app.staff.menu import Menu, MenuItem
from app.storefront.hours import Opening, Regular, regular_hours

MOST_OFFERS = 50
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# What a trade is called there; a trade without a name of its own is a LocalBusiness like any other.
TYPES = {
    "hair": "HairSalon",
    "barber": "HairSalon",
    "beauty": "BeautySalon",
    "nails": "NailSalon",
    "massage": "HealthAndBeautyBusiness",
    "spa": "DaySpa",
    "fitness": "HealthClub",
    "physiotherapy": "Physiotherapy",
    "medical": "MedicalClinic",
    "garage": "AutoRepair",
    "consulting": "ProfessionalService",
    "cafe": "CafeOrCoffeeShop",
    "bar": "BarOrPub",
}
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Whole addresses: of the page, of where one books, of a service in there, and of the picture shown for it."""

    page: str
    booking: str
    service: Callable[[int], str]
    image: str | None = None
    logo: str | None = None


def local_business(
    business: Business, menu: Menu, opening: Opening, at: Addresses, stars: Stars | None = None
) -> Data:
    """What is known of a business; what is not known is absent."""
    offers = [offer for section in menu.sections for offer in section.offers]
    regular = regular_hours(opening) if opening.is_known else None
    data = {
        "@context": "https://schema.org",
        "@type": TYPES.get(business.trade or "", "LocalBusiness"),
        "@id": at.page,
        "name": business.name,
        "url": at.page,
        "description": business.description,
        "image": at.image,
        "logo": at.logo,
        "telephone": business.phone,
        "email": business.email,
        "sameAs": business.website if is_web_address(business.website) else None,
        "address": _address(business),
        "geo": _geo(business),
        "currenciesAccepted": business.currency,
        "priceRange": _price_range(business, offers),
        "openingHoursSpecification": list(_weekly(regular)) if regular else None,
        "specialOpeningHoursSpecification": list(_special(regular.others)) if regular else None,
        "aggregateRating": _rating(stars) if stars else None,
        "makesOffer": [_offer(business, it, at) for it in offers[:MOST_OFFERS]],
        "potentialAction": {"@type": "ReserveAction", "target": at.booking} if offers else None,
    }
    return _known(data)


def _known(data: Data) -> Data:
    return {name: value for name, value in data.items() if value not in (None, "", [])}


def _address(business: Business) -> Data | None:
    if not (business.street or business.city):
        return None
    return _known(
        {
            "@type": "PostalAddress",
            "streetAddress": business.street,
            "postalCode": business.postcode,
            "addressLocality": business.city,
            "addressCountry": business.country,
        }
    )


def _geo(business: Business) -> Data | None:
    if business.lat is None or business.lng is None:
        return None
    return {"@type": "GeoCoordinates", "latitude": business.lat, "longitude": business.lng}


def _rating(stars: Stars) -> Data | None:
    """As https://schema.org/AggregateRating has it; none before the first review."""
    if stars.average is None:
        return None
    best = {"ratingValue": str(stars.average), "bestRating": 5, "worstRating": 1}
    return {"@type": "AggregateRating", **best, "reviewCount": stars.count}


def _price_range(business: Business, offers: Sequence[MenuItem]) -> str | None:
    prices = [it.cents for it in offers if it.cents]
    if not prices:
        return None
    ends = dict.fromkeys((min(prices), max(prices)))
    return "–".join(show_money(it, business.currency, _locale(business)) for it in ends)


def _offer(business: Business, offer: MenuItem, at: Addresses) -> Data:
    service = offer.service
    data: Data = {
        "@type": "Offer",
        "url": at.service(service.id),
        "itemOffered": _known({"@type": "Service", "name": service.name, "description": service.description}),
    }
    if offer.cents is None:
        return data
    price = write_money(offer.cents, business.currency, "en")
    if not offer.from_cents:
        return data | {"price": price, "priceCurrency": business.currency}
    least = {"@type": "PriceSpecification", "minPrice": price, "priceCurrency": business.currency}
    return data | {"priceSpecification": least}


def _weekly(regular: Regular) -> Iterator[Data]:
    """Weekdays with the same interval stand together."""
    days: dict[Interval, list[str]] = {}
    for weekday in sorted(regular.week):
        for interval in regular.week[weekday]:
            days.setdefault(interval, []).append(WEEKDAYS[weekday])
    for interval, names in sorted(days.items()):
        yield {"@type": "OpeningHoursSpecification", "dayOfWeek": names, **_hours(interval)}


def _special(others: Sequence[DayHours]) -> Iterator[Data]:
    """Each date with its intervals; closed dates that follow each other as one."""
    closed: list[date] = []
    for day in others:
        if not day.intervals and closed and day.date == closed[-1] + timedelta(1):
            closed.append(day.date)
            continue
        yield from _closed(closed)
        closed = [] if day.intervals else [day.date]
        for interval in day.intervals:
            yield _on(day.date, day.date, **_hours(interval))
    yield from _closed(closed)


def _closed(days: Sequence[date]) -> Iterator[Data]:
    if days:
        yield _on(days[0], days[-1], opens="00:00", closes="00:00")


def _on(first: date, last: date, **hours: str) -> Data:
    valid = {"validFrom": first.isoformat(), "validThrough": last.isoformat()}
    return {"@type": "OpeningHoursSpecification", **valid, **hours}


def _hours(interval: Interval) -> dict[str, str]:
    """Wall minutes as a clock shows them; the end of a day that began at midnight is a minute early."""
    opens, closes = interval
    if closes - opens >= DAY:
        return {"opens": "00:00", "closes": "23:59"}
    return {"opens": _clock(opens), "closes": _clock(closes)}


def _clock(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"


def _locale(business: Business) -> str:
    return business.language.replace("-", "_")
