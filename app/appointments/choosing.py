"""What a customer has chosen so far."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.schedule.loading import Part
from app.services.models import Service
from app.staff.menu import MenuItem, offer_of
from app.staff.team import Performer

MOST_PLACES = 8  # So many places of a class can be booked at once.


@dataclass(frozen=True, slots=True)
class Chosen:
    """One service of the visit, who shall do it (nobody named means anybody), and for which guest."""

    service: Service
    people: tuple[Performer, ...] = ()
    person: Performer | None = None
    guest: int = 1

    @property
    def only(self) -> tuple[int, ...]:
        return () if self.person is None else (self.person.id,)

    @property
    def performer(self) -> Performer | None:
        """Who it will be, as far as that is known: the one asked for, or the only one there is."""
        return self.person or (self.people[0] if len(self.people) == 1 else None)

    @property
    def minutes(self) -> int:
        """How long it takes, with the performer's own length where that is known."""
        return (self.performer and self.performer.minutes) or self.service.minutes or 0

    @property
    def price_cents(self) -> int | None:
        """What it costs with whoever does it, or at least costs; None: nobody's price is known."""
        return self._offer.cents

    @property
    def price_varies(self) -> bool:
        """Whether it depends on who does it."""
        return self._offer.from_cents

    @property
    def _offer(self) -> MenuItem:
        """With whoever may still do it."""
        return offer_of(self.service, [self.performer] if self.performer else self.people)


@dataclass(frozen=True, slots=True)
class Choice:
    """The services of a visit and when. `start` is epoch minutes; `zone` is the clock of the reader, if not the shop's.

    `month` is a day of the month that is looked at, where a whole one is.
    """

    parts: tuple[Chosen, ...] = ()
    together: bool = False
    places: int = 1
    day: date | None = None
    month: date | None = None
    start: int | None = None
    zone: str | None = None

    @property
    def first(self) -> Chosen | None:
        return self.parts[0] if self.parts else None

    @property
    def only(self) -> Collection[int]:
        """Who is asked for, where there is one service."""
        return self.parts[0].only

    @property
    def wanted(self) -> list[Part]:
        """The same as the engine is asked for it."""
        return [Part(it.service.id, it.only, it.guest) for it in self.parts]

    @property
    def is_class(self) -> bool:
        return any(it.service.capacity > 1 for it in self.parts)

    @property
    def is_for_two(self) -> bool:
        return any(it.guest > 1 for it in self.parts)

    @property
    def price_varies(self) -> bool:
        """Whether the total depends on who does it."""
        return any(it.price_varies for it in self.parts)

    @property
    def total_cents(self) -> int | None:
        """What all of it costs; None where the price of a part is told on site."""
        prices = [it.price_cents for it in self.parts]
        if not prices or any(price is None for price in prices):
            return None
        return self.places * sum(price for price in prices if price is not None)


def written(parts: Sequence[Part]) -> dict[str, str]:
    """Such parts of a visit as part of an address: those after the first are `service2` and so on."""
    query: dict[str, str] = {}
    for number, part in enumerate(parts, 1):
        end = str(number) if number > 1 else ""
        query[f"service{end}"] = str(part.service_id)
        query[f"staff{end}"] = str(next(iter(part.only), "any"))
        if part.guest > 1:
            query[f"guest{end}"] = str(part.guest)
    return query
