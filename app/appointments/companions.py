"""What is bought together with a visit, on its invoice: both or neither. The rooms above say what it is."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from blinker import Signal

from app.appointments.models import Booking
from app.businesses.models import Business
from app.core.actor import Actor
from app.payments.owing import Item

# visits_changed(business, visits, now): something of these visits has got another status or time.
visits_changed = Signal()
# visit_taken_again(business, visit, now): one that had lapsed was paid for all the same, and is booked again. Whoever
# cannot have their part of it again raises a DomainError; then all of the money goes back.
visit_taken_again = Signal()
# Both are sent under the schedule lock, flushed and not committed.


class Companion(Protocol):
    """Something that is bought with a visit in the making."""

    def take(self, bookings: Sequence[Booking], *, by: Actor, now: datetime) -> Sequence[Item]:
        """Take it for a visit whose customer is known: the lines it adds to the invoice. Under the schedule lock.

        Raises a DomainError where it is not to be had; then the caller rolls back.
        """

    def wait(self, *, by: Actor, now: datetime) -> None:
        """Keep it as long as the place of the visit, which waits for its payment."""


def tell_companions(business: Business, visits: Collection[uuid.UUID], now: datetime) -> None:
    """Let what was bought with these visits follow them."""
    visits_changed.send(business, visits=set(visits), now=now)
