"""News of places for the rooms above that have people waiting for one: one came free, or is needed again."""

from collections.abc import Collection
from datetime import datetime

from blinker import Signal

from app.businesses.models import Business

# place_freed(business, now, around), sent under the schedule lock with the change flushed and not committed: what a
# receiver takes then, nobody else can have had. `around` are the starts (UTC) of what came free; none: it may be
# anywhere.
place_freed = Signal()
# place_wanted_back(business, visits, by, now), sent under the schedule lock: what is offered by these visits is to be
# let go of, because a member books again what was there before.
place_wanted_back = Signal()


def tell_freed(business: Business, now: datetime, around: Collection[datetime] = ()) -> None:
    """Say that a place came free. Under the schedule lock, after settling."""
    place_freed.send(business, now=now, around=around)
