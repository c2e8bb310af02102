"""When the business is open and when a person or space is there, in epoch minutes.

What a date has of its own, such as weekly hours, special days and days off, is said in `open_time` alone.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from app.core.intervals import Interval, intersect, merge, subtract
from app.schedule.facts import ALL_YEAR, Calendar, Day
from app.schedule.rota import holds_on, lasts_on
from app.schedule.wall_clock import days_between

ALWAYS = (-(2**40), 2**40)

Piece = tuple[int, int, int, date]
"""(start, end, anchor, day): open time whose starts belong to one business day and step from the anchor."""


def open_time(calendar: Calendar, resource: int | None, day: Day) -> list[Interval]:
    """The intervals that begin on this day, in any order; None stands for the business.

    A day off has none; a special day has its own in place of the weekly ones.
    """
    on, weekday, midnight = day
    if on in calendar.off.get(resource, ()):
        return []
    own: Iterable[Interval] | None = calendar.special.get(resource, {}).get(on)
    if own is None:
        own = weekly_hours(calendar, resource, on, weekday)
    if midnight is not None:
        return [(midnight + opens, midnight + closes) for opens, closes in own]
    clock = calendar.clock
    return [(clock.opening(on, opens), clock.closing(on, closes)) for opens, closes in own]


def weekly_hours(calendar: Calendar, resource: int | None, on: date, weekday: int) -> list[Interval]:
    """What weekly hours say of a date, in wall minutes: those of a season that covers it, else those without one."""
    week = calendar.week.get(resource)
    if not week:
        return []
    in_season = any(lasts_on(*season, on) for season in calendar.seasons[resource])
    return [
        (it.opens, it.closes)
        for it in week[weekday]
        if (it.season != ALL_YEAR) == in_season and holds_on(it, on)
    ]


def shop_time(calendar: Calendar) -> list[Piece]:
    """The open time of the business, by start. Where two days overlap, a start belongs to the later one."""
    pieces: list[Piece] = []
    closed = calendar.blocked.get(None, ())
    for day in calendar.days:
        hours = subtract(merge(open_time(calendar, None, day)), closed)
        if hours and pieces and pieces[-1][1] > hours[0][0]:
            pieces = _yielding(pieces, hours)
        pieces += [(start, end, start, day[0]) for start, end in hours]
    return sorted(pieces)


def own_time(calendar: Calendar, resource: int) -> list[Interval] | None:
    """When a person or space is there, whatever the business does. None: whenever it is open."""
    away = calendar.blocked.get(resource, ())
    if resource in calendar.week:
        there = [interval for day in calendar.days for interval in open_time(calendar, resource, day)]
    elif resource in calendar.special or resource in calendar.off:
        there = [
            interval for day in calendar.days for interval in _hours_of_the_shop(calendar, resource, day)
        ]
    else:
        return subtract([ALWAYS], away) if away else None
    return subtract(merge(there), away) if away else merge(there)


def is_closed_on(calendar: Calendar, resource: int | None, on: date) -> bool:
    """Whether a date is a day off or a special day without any hours; weekly hours are not asked."""
    special = calendar.special.get(resource, {}).get(on)
    return on in calendar.off.get(resource, ()) or (special is not None and not special)


def is_called_off(calendar: Calendar, shop: Sequence[Piece], resource: int | None, stretch: Interval) -> bool:
    """Whether something at a set time is off: a closure or time off cuts it, or takes a business day it needs.

    Those are the day it begins on and, of a stay, every day on which one of its nights begins. `shop` is `shop_time`.
    """
    start, end = stretch
    if intersect(calendar.blocked.get(resource, ()), [stretch]):
        return True
    if not calendar.off.get(resource) and not calendar.special.get(resource):
        return False
    first, after = business_day_of(calendar, shop, start), business_day_of(calendar, shop, end)
    days = days_between(first, max(first, after - timedelta(1)))
    return any(is_closed_on(calendar, resource, day) for day in days)


def business_day_of(calendar: Calendar, shop: Sequence[Piece], moment: int) -> date:
    """The business day of a moment: that of the open time it is in, or else the one begun last."""
    inside = next((day for start, end, _, day in shop if start <= moment < end), None)
    if inside is not None:
        return inside
    return max(day for day, begins in day_begins(calendar, shop) if begins <= moment)


def shared(pieces: list[Piece], own: Sequence[Interval] | None) -> list[Piece]:
    """The pieces in which somebody is there; the steps begin where the piece and the person have both begun."""
    if own is None:
        return pieces
    common: list[Piece] = []
    first, count = 0, len(own)
    for start, end, anchor, day in pieces:
        while first < count and own[first][1] <= start:
            first += 1
        for at in range(first, count):
            own_start, own_end = own[at]
            if own_start >= end:
                break
            common.append(
                (
                    start if start > own_start else own_start,
                    end if end < own_end else own_end,
                    anchor if anchor > own_start else own_start,
                    day,
                )
            )
    return common


def spans(pieces: Iterable[Piece]) -> list[Interval]:
    """The same time as a canonical list."""
    return merge([(start, end) for start, end, _, _ in pieces])


def day_begins(calendar: Calendar, pieces: Sequence[Piece]) -> list[tuple[date, int]]:
    """Each business day with its beginning: midnight, or the end of the evening before, if nothing opens sooner."""
    ends, opens = dict[date, int](), dict[date, int]()
    for start, end, _, day in pieces:
        ends[day] = end
        opens.setdefault(day, start)
    begins = []
    for day, _, _ in calendar.days:
        midnight = calendar.clock.opening(day, 0)
        evening = max(midnight, ends.get(day - timedelta(1), midnight))
        begins.append((day, min(evening, opens.get(day, evening))))
    return begins


def _hours_of_the_shop(calendar: Calendar, resource: int, day: Day) -> list[Interval]:
    """The intervals of a day of somebody without weekly hours, which are those of the business."""
    has_own = day.date in calendar.special.get(resource, ()) or day.date in calendar.off.get(resource, ())
    return open_time(calendar, resource if has_own else None, day)


def _yielding(pieces: list[Piece], taken: list[Interval]) -> list[Piece]:
    """The pieces without what a later day took over; a rest keeps the steps of its own beginning."""
    return [
        (rest_start, rest_end, anchor, day)
        for start, end, anchor, day in pieces
        for rest_start, rest_end in subtract([(start, end)], taken)
    ]
