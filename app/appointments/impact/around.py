"""Where a change can be felt at all, so that nothing else is looked at."""

from dataclasses import dataclass
from datetime import date, datetime

from app.business_hours.models import TimeOff
from app.businesses.models import Business
from app.schedule.presence import ends_of_days


@dataclass(frozen=True, slots=True)
class Around:
    """At one person or room, in one service, in a stretch of time (UTC); what is not said is everywhere."""

    resource_id: int | None = None
    service_id: int | None = None
    within: tuple[datetime, datetime] | None = None


def around_days(business: Business, first: date, last: date, resource_id: int | None = None) -> Around:
    """From the first to the last of some days, with the evening that goes past midnight."""
    return Around(resource_id, within=ends_of_days(business, first, last))


def around_time_off(business: Business, off: TimeOff, resource_id: int | None = None) -> Around:
    """In time off, whole days or hours."""
    if off.first_on and off.last_on:
        return around_days(business, off.first_on, off.last_on, resource_id)
    assert off.starts_at
    assert off.ends_at
    return Around(resource_id, within=(off.starts_at, off.ends_at))
