"""What a customer sees of a visit: the bookings that were made in one go, as one thing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from app.appointments.models import Booking
from app.core.db import db
from app.services.models import Service


@dataclass(frozen=True, slots=True)
class Guest:
    """The bookings of one of those who come together; whoever booked is number 1."""

    guest: int
    name: str | None
    bookings: list[Booking]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A visit with at least one booking, in the order of time. `online`: nobody has to come by for any of it.

    `has_times`: all of it is something customers can choose a time for.
    """

    bookings: list[Booking]
    online: bool = False
    has_times: bool = True

    @property
    def first(self) -> Booking:
        return self.bookings[0]

    @property
    def kept(self) -> list[Booking]:
        """What is still to happen or has happened; of a visit of which nothing is left, what it was."""
        return [it for it in self.bookings if it.live] or self.bookings

    @property
    def starts_at(self) -> datetime:
        return min(it.appointment.starts_at for it in self.kept)

    @property
    def ends_at(self) -> datetime:
        return max(it.appointment.ends_at for it in self.kept)

    @property
    def status(self) -> str:
        """One status for the whole: what somebody still has to do something about comes first."""
        found = {it.status for it in self.kept}
        for waiting in ("requested", "pending_payment", "confirmed"):
            if waiting in found:
                return waiting
        return "completed" if "completed" in found else self.kept[0].status

    @property
    def is_ahead(self) -> bool:
        """Whether it is agreed or asked for, and nobody said yet that it is over."""
        return self.status in ("pending_payment", "requested", "confirmed")

    @property
    def has_one_status(self) -> bool:
        return len({it.status for it in self.bookings}) == 1

    @property
    def parties(self) -> list[Guest]:
        """The bookings by who they are for."""
        by_guest = groupby(sorted(self.bookings, key=lambda it: it.guest), key=lambda it: it.guest)
        found = [(guest, list(those)) for guest, those in by_guest]
        return [
            Guest(guest, next((it.guest_name for it in those if it.guest_name), None), those)
            for guest, those in found
        ]

    @property
    def total_cents(self) -> int:
        return sum(it.total_cents for it in self.kept)

    @property
    def is_free(self) -> bool:
        """Whether all of it costs nothing, as far as was promised."""
        return not self.total_cents and all(it.is_priced for it in self.kept)

    @property
    def discount_cents(self) -> int:
        """What a code took off all of it."""
        return sum(it.discount_cents for it in self.kept)

    @property
    def code(self) -> str:
        """The code that did; "" without one."""
        lines = (line for it in self.kept for line in it.price_lines if line.get("kind") == "discount")
        return next((str(line["label"]) for line in lines), "")

    @property
    def priced(self) -> list[Booking]:
        """The bookings whose price is known; those of the others are told on site."""
        return [it for it in self.kept if it.is_priced]

    @property
    def answers(self) -> list[tuple[str, str]]:
        """(question, answer) in the order in which the questions were made, each once."""
        given = [
            (int(number), said["question"], said["answer"])
            for booking in self.bookings
            for number, said in booking.answers.items()
            if said["answer"]
        ]
        return list(dict.fromkeys((question, answer) for _, question, answer in sorted(given)))

    @property
    def notes(self) -> list[str]:
        return list(dict.fromkeys(it.note for it in self.bookings if it.note))

    @property
    def other_zone(self) -> str | None:
        """The zone of the customer, where they are told times in it too: their clock need not be that of the shop."""
        zone = self.first.customer_zone
        return zone if zone != self.first.zone else None


def receipt_of(bookings: Iterable[Booking]) -> Receipt:
    """The receipt of these bookings of one visit. One statement."""
    those = list(bookings)
    services = {it.appointment.service_id for it in those}
    found = select(Service).filter_by(business_id=those[0].business_id)
    rows = {it.id: it for it in db.session.scalars(found.where(Service.id.in_(services)))}
    return Receipt(those, all(it.online for it in rows.values()), _has_times(those, rows))


def _has_times(bookings: list[Booking], rows: Mapping[int, Service]) -> bool:
    """Whether what is left of a visit is offered still: as visits, or as one place or more in one class."""
    kept = [it for it in bookings if it.live]
    services = [rows[it.appointment.service_id] for it in kept]
    is_class = [it.appointment.is_class for it in kept]
    same = all((it.capacity > 1) == so for it, so in zip(services, is_class, strict=True))
    offered = all(it.active and it.bookable and it.unit == "visit" for it in services)
    return same and offered and (len(kept) == 1 or not any(is_class))
