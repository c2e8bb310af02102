"""Who is there on a day, as a list of people shows it."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from app.businesses.models import Business
from app.core.intervals import Interval
from app.schedule.calendars import with_hours
from app.schedule.facts import Calendar
from app.schedule.open_time import own_time, shared, shop_time, spans
from app.schedule.wall_clock import utc


def present_on(business: Business, resources: Collection[int], day: date) -> dict[int, list[Interval]]:
    """When each person or room can be booked on a business day, in wall minutes: one statement for all of them."""
    calendar = with_hours(Calendar(business.zone, day, day), business.id, resources)
    pieces = [piece for piece in shop_time(calendar) if piece[3] == day]
    return {
        resource: [
            (_on_the_wall(calendar, day, start), _on_the_wall(calendar, day, end))
            for start, end in spans(shared(pieces, own_time(calendar, resource)))
        ]
        for resource in resources
    }


def _on_the_wall(calendar: Calendar, day: date, minute: int) -> int:
    """An epoch minute in wall minutes of the day it belongs to; after midnight more than 1440."""
    on, wall = calendar.clock.shows(minute)
    return (on - day).days * 1440 + wall


def ends_of_days(business: Business, first: date, last: date) -> tuple[datetime, datetime]:
    """From the midnight before `first` until `last` is over, with the evening that would go on past midnight (UTC)."""
    calendar = replace(with_hours(Calendar(business.zone, first, last), business.id), off={}, blocked={})
    midnight = calendar.clock.opening(last, 1440)
    evening = [end for _, end, _, day in shop_time(calendar) if day == last]
    return utc(calendar.clock.opening(first, 0)), utc(max([midnight, *evening]))
