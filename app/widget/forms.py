"""What a developer asks for: whose times, for what, and on which days."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from app.appointments.choosing import MOST_PLACES
from app.businesses.countries import find_zone
from app.core.errors import DomainError, NoSuchTime
from app.schedule.wall_clock import LAST_DATE, read_date

MOST_DAYS = 31
_MOST_ID = 2**63 - 1


class Unreadable(DomainError):
    """A part of the question makes no sense."""


@dataclass(frozen=True, slots=True)
class Question:
    """Days `first` to `last`, both included. `zone` is the reader's, where it is another than the business's own."""

    service_id: int | None
    staff_id: int | None
    first: date
    last: date
    places: int
    zone: str | None


def read_question(query: Mapping[str, str], zone: str, today: date) -> Question:
    """What was asked of a business in a zone, where it is `today`. Raises Unreadable."""
    first = _day(query.get("from", ""), today)
    days = _number(query, "days", MOST_DAYS) or 7
    own_zone = _zone(query.get("zone", ""))
    return Question(
        service_id=_number(query, "service", _MOST_ID),
        staff_id=None if query.get("staff") == "any" else _number(query, "staff", _MOST_ID),
        first=first,
        last=min(first + timedelta(days - 1), LAST_DATE),
        places=_number(query, "places", MOST_PLACES) or 1,
        zone=own_zone if own_zone != zone else None,
    )


def _number(query: Mapping[str, str], name: str, most: int) -> int | None:
    text = query.get(name, "")
    if not text:
        return None
    number = int(text) if re.fullmatch("[0-9]{1,19}", text) else 0
    if not 1 <= number <= most:
        raise Unreadable(_("%(name)s must be a whole number from 1 to %(most)s.", name=name, most=most))
    return number


def _day(text: str, today: date) -> date:
    try:
        return read_date(text) if text else today
    except NoSuchTime as refused:
        raise Unreadable(_("from must be a date such as %(date)s.", date=today.isoformat())) from refused


def _zone(text: str) -> str | None:
    zone = find_zone(text)
    if text and zone is None:
        raise Unreadable(_("zone must be the name of a time zone, such as Europe/London."))
    return zone
