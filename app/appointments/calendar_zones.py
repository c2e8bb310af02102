"""The zones of a calendar file, written out for whoever reads it (RFC 5545).

Imported where it is asked for: icalendar needs megabytes that no other page does.
"""

import functools
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard

from app.schedule.wall_clock import WallClock, epoch_minute, utc


def with_zones(calendar: Calendar, years: Collection[int]) -> None:
    """Put each zone its events name before them, from the year before the first of `years` to that after the last."""
    for zone in sorted(calendar.get_missing_tzids()):
        calendar.subcomponents.insert(0, zone_between(zone, min(years) - 1, max(years) + 1))


@functools.lru_cache(maxsize=500)
def zone_between(zone: str, first_year: int, last_year: int) -> Timezone:
    """What the clock of a zone does from one year to another, both included.

    Made from the changes the engine knows: icalendar 7 finds none of less than two months, as Morocco has them, and
    begins summer an hour late for whoever reads the file by the book (RFC 5545, 3.6.5).
    """
    timezone = Timezone()
    timezone.add("tzid", zone)
    clock = WallClock(zone, date(first_year, 1, 1), date(last_year, 12, 31))
    first = epoch_minute(datetime(first_year, 1, 1, tzinfo=UTC))
    begin = (first, clock.offset(first), clock.offset(first))
    for minute, before, after in [begin, *(it for it in clock.changes() if it[0] > first)]:
        timezone.add_component(
            _observance(utc(minute), timedelta(minutes=before), timedelta(minutes=after), zone)
        )
    return timezone


def _observance(
    at: datetime, before: timedelta, after: timedelta, zone: str
) -> TimezoneStandard | TimezoneDaylight:
    """One offset of a zone; it begins at the time the clock showed before."""
    here = at.astimezone(ZoneInfo(zone))
    observance = TimezoneDaylight() if here.dst() else TimezoneStandard()
    observance.DTSTART = (at + before).replace(tzinfo=None)
    observance.TZOFFSETFROM, observance.TZOFFSETTO = before, after
    observance.add("tzname", here.tzname())
    return observance
