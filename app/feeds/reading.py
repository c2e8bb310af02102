"""When somebody is busy, by their calendar (RFC 5545). Pure: bytes in, stretches of time out; nothing else is kept.

Imported where it is asked for: icalendar needs megabytes that no other page does.
"""

import math
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event

from app.core.text import clean
from app.feeds.busy import Busy
from app.feeds.fetching import NotRead

MOST_EVENTS = 5000
MOST_RULES = 1000
MOST_RULES_OF_ONE = 20  # All rules of one name are worked out in one go, which the clock cannot stop.
MOST_A_DAY = 12
MOST_TIMES = 600_000  # Every day since 1900, twelve times: each that a rule comes to is in memory at once.
SECONDS = 20
LONGEST = timedelta(days=730)  # A row takes a day more.
_TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
_RARE = {"MONTHLY", "YEARLY"}
_A_MONTH = 28
_COUNTED = ("FREQ", "INTERVAL", "BYHOUR", "BYMINUTE", "BYSECOND")
_LONGEST_UID = 400


def read_busy(body: bytes, first: date, last: date, zone: str) -> list[Busy]:
    """What takes time on the days first to last, each stretch once.

    Whole days are days in `zone`, and times that name no zone are times there. An event that nobody could understand
    is left out, as other programs do. Raises NotRead.
    """
    here, until = ZoneInfo(zone), time.monotonic() + SECONDS
    try:
        calendar = Calendar.from_ical(body)
    except Exception as error:  # Whatever strangers write must not stop the next calendar from being read.
        raise NotRead("unreadable") from error
    if not isinstance(calendar, Calendar):
        raise NotRead("unreadable")
    zones = [it for it in calendar.subcomponents if it.name == "VTIMEZONE"]
    busy: set[Busy] = set()
    for events in _by_uid(calendar, last):
        for it in _occurrences(events, zones, first, last):
            stretch = _understood(it, here)
            if stretch and _touches(stretch := _clipped(stretch, first, last), first, last, here):
                busy.add(stretch)
        if len(busy) > MOST_EVENTS:
            raise NotRead("too_many")
        if time.monotonic() > until:
            raise NotRead("too_slow")
    return list(busy)


def _by_uid(calendar: Calendar, last: date) -> list[list[Event]]:
    """The events, those of one series together. Raises NotRead when there are too many, or one repeats too often."""
    series: dict[str, list[Event]] = {}
    for it in calendar.subcomponents:
        if isinstance(it, Event):
            series.setdefault(str(it.get("UID", "")), []).append(it)
    repeating = 0
    for events in series.values():
        of_one = 0
        for it in events:
            of_one += max(len(_listed(it.get("RRULE"))), "RDATE" in it)
            _check_rules(it, last)
        if of_one > MOST_RULES_OF_ONE:
            raise NotRead("too_often_repeated")
        repeating += of_one
    if repeating > MOST_RULES:
        raise NotRead("too_many")
    return list(series.values())


def _occurrences(events: list[Event], zones: list[Any], first: date, last: date) -> list[Event]:
    """Each time an event of one name happens; of one that happens once, itself."""
    if not any(name in it for it in events for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
        return events
    alone = Calendar()
    alone.subcomponents = [*zones, *events]
    try:
        found = recurring_ical_events.of(alone, components=["VEVENT"], skip_bad_series=True)
        return list(found.between(first - timedelta(1), last + timedelta(2)))
    except Exception:  # As above: a rule may be anything.
        return []


def _check_rules(event: Event, last: date) -> None:
    """Raise NotRead for a rule that is worked out for ever, or nearly."""
    rules, begins = event.get("RRULE"), _value(event, "DTSTART")
    days = (last - date(begins.year, begins.month, begins.day)).days if begins else 0
    for rule in _listed(rules):
        said = {name: _listed(rule.get(name)) for name in _COUNTED} if isinstance(rule, dict) else {}
        if {str(it).upper() for it in said.get("FREQ", [])} & _TOO_OFTEN:
            raise NotRead("too_often_repeated")
        if any(not isinstance(it, int) or it < 1 for it in said.get("INTERVAL", [])):
            raise NotRead("too_often_repeated")
        a_day = math.prod(max(1, len(said.get(it, []))) for it in ("BYHOUR", "BYMINUTE", "BYSECOND"))
        is_rare = {str(it).upper() for it in said.get("FREQ", [])} <= _RARE and not _has_days(rule)
        if a_day > MOST_A_DAY or a_day * (days // _A_MONTH if is_rare else days) > MOST_TIMES:
            raise NotRead("too_often_repeated")


def _has_days(rule: Any) -> bool:
    """Whether a rule says itself on which days of its months or years it happens."""
    return isinstance(rule, dict) and any(str(it).upper().startswith("BY") for it in rule)


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _value(event: Mapping[str, Any], name: str) -> Any:
    try:
        value = getattr(event.get(name), "dt", None)
    except ValueError:  # What is broken says so when it is asked for.
        return None
    return value if isinstance(value, date) else None


def _understood(event: Event, here: tzinfo) -> Busy | None:
    """The time one occurrence takes, if it takes any that can be understood."""
    try:
        return _busy(event, here)
    except Exception:  # As above: dates may be anything.
        return None


def _busy(event: Event, here: tzinfo) -> Busy | None:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return None
    uid = clean(str(event.get("UID", "")))[:_LONGEST_UID]
    start, end = _value(event, "DTSTART"), _value(event, "DTEND")
    if start is None:
        return None
    if end is None:
        lasts = getattr(event.get("DURATION"), "dt", None) or timedelta()
        # Days are days on the wall, hours are hours (RFC 5545, 3.3.6).
        end = start + timedelta(lasts.days)
        if isinstance(start, datetime):
            end = _moment(end, here) + (lasts - timedelta(lasts.days))
    if not isinstance(start, datetime) and not isinstance(end, datetime):
        return Busy(uid, first=start, last=max(start, end - timedelta(1)))
    starts_at, ends_at = _moment(start, here), _moment(end, here)
    return Busy(uid, starts_at=starts_at, ends_at=ends_at) if ends_at > starts_at else None


def _moment(at: date, here: tzinfo) -> datetime:
    if not isinstance(at, datetime):
        return datetime.combine(at, datetime.min.time(), here).astimezone(UTC)
    return (at if at.tzinfo else at.replace(tzinfo=here)).astimezone(UTC)


def _clipped(busy: Busy, first: date, last: date) -> Busy:
    """What lasts for years as far as a row can have it, and so that the row stays the same from day to day."""
    begin = date(first.year, 1, 1)
    if busy.first and busy.last and busy.last - busy.first > LONGEST:
        begin = max(busy.first, begin)
        return Busy(busy.uid, first=begin, last=min(busy.last, begin + LONGEST))
    if busy.starts_at and busy.ends_at and busy.ends_at - busy.starts_at > LONGEST:
        since = max(busy.starts_at, datetime.combine(begin, datetime.min.time(), UTC))
        return Busy(busy.uid, starts_at=since, ends_at=min(busy.ends_at, since + LONGEST))
    return busy


def _touches(busy: Busy, first: date, last: date, here: tzinfo) -> bool:
    if busy.first and busy.last:
        return busy.last >= first and busy.first <= last
    assert busy.starts_at
    assert busy.ends_at
    begins = datetime.combine(first, datetime.min.time(), here)
    ends = datetime.combine(last + timedelta(1), datetime.min.time(), here)
    return busy.ends_at > begins and busy.starts_at < ends
