"""How pressing an order is: late, long without an answer, or to be begun. Pure."""

import functools
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

MINUTE = timedelta(minutes=1)
ANSWER_WITHIN = 5  # minutes


class Due(Protocol):
    """What has to be known of an order."""

    @property
    def status(self) -> str: ...

    @property
    def way(self) -> str: ...

    @property
    def asap(self) -> bool: ...

    @property
    def due_at(self) -> datetime: ...

    @property
    def placed_at(self) -> datetime: ...


class Urgency(NamedTuple):
    """An order should be begun by `begins_at` and be done with by `ends_at` (UTC).

    `urgency`: "late", "unanswered", "now" (it is time to begin) or nothing; `minutes` belong to the first two.
    """

    begins_at: datetime
    ends_at: datetime
    urgency: str = ""
    minutes: int = 0

    @property
    def is_pressing(self) -> bool:
        """Whether somebody should look at it before the others."""
        return self.urgency == "late" or (self.urgency == "unanswered" and self.minutes >= ANSWER_WITHIN)

    @property
    def sign(self) -> str:
        """Which tag says so: "late", "now", "just_came", "waits" or "waits_long" for an answer, or nothing."""
        if self.urgency != "unanswered":
            return self.urgency
        return "just_came" if not self.minutes else "waits_long" if self.is_pressing else "waits"


def urgency_of(order: Due, made: int, on_the_way: int, now: datetime) -> Urgency:
    """How pressing an order is that takes `made` minutes, and so many more on the way where it is brought.

    What is brought has to leave in time. What is ready to be picked up is late no more: its customer may be.
    """
    is_brought = order.way == "delivery" and order.status != "ready"
    ends_at = order.due_at - _minutes(on_the_way) if is_brought else order.due_at
    begins_at = ends_at - _minutes(made)
    urgency, since = "", now
    if now >= ends_at + MINUTE and (order.status, order.way) != ("ready", "pickup"):
        urgency, since = "late", ends_at
    elif order.status == "placed" and (order.asap or now >= begins_at):
        urgency, since = "unanswered", order.placed_at if order.asap else max(order.placed_at, begins_at)
    elif order.status == "accepted" and now >= begins_at:
        urgency = "now"
    return Urgency(begins_at, ends_at, urgency, (now - since) // MINUTE)


@functools.cache
def _minutes(number: int) -> timedelta:
    """A board asks for the same few hundreds of times."""
    return timedelta(minutes=number)
