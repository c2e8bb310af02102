"""What was written down of a change, as people read it: never as it is kept, and never a secret."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask_babel import gettext

from app.audit.ids import KIND_OF_FIELD
from app.audit.models import AuditEvent
from app.businesses.forms.policy import notice_in_words
from app.businesses.models import Business
from app.core.text import one_line
from app.dates import clock_at, date_in, dated, hours, short_day, week_in_words
from app.formatters import money, number
from app.history.naming import Names
from app.history_fields import FIELDS
from app.history_values import (
    PICTURES,
    number_in_words,
    parts_in_words,
    stretches_in_words,
    text_in_words,
)
from app.history_words import ACTIONS, PICTURE_KINDS

LONGEST = 160  # Characters of a text that was changed; the whole stands where it is used.
_SECRET = re.compile(r"password|secret|token|hash|nonce|signing|second_factor")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Bookkeeping that says nothing to people.
_UNSAID = {"version", "schedule_seq", "link_version", "back", "swapped", "uid", "offer", "lat", "lng"}
_UNSAID |= {"author_id", "author_name", "written_at"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became another; None where there was, or is, nothing."""

    field: str
    was: str | None
    became: str | None


def action_in_words(action: str) -> str:
    """What happened; of an action that has no words its name, so that the page always has something to say."""
    return str(ACTIONS.get(action) or _plain(action.replace(".", " ")))


def reason_in_words(event: AuditEvent) -> str | None:
    """Why, as whoever did it said it. Of a picture the reason is its kind, which stands beside what happened."""
    return None if event.action.startswith("picture.") else event.reason


def picture_in_words(event: AuditEvent) -> str | None:
    """Which picture it was; None for what is about something else."""
    return str(PICTURE_KINDS[event.reason]) if event.action == "picture.added" and event.reason else None


def changes_of(event: AuditEvent, business: Business, names: Names) -> list[Change]:
    """From what to what, field by field."""
    found = []
    for field, pair in _with_notice(event.changes).items():
        was, became = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        if _SECRET.search(field) or field in _UNSAID or _is_row_number(field, was, became):
            continue
        said = Change(
            str(
                FIELDS.get(field)
                or _moment(field, business.zone)
                or _plain(field.removesuffix("_id").removesuffix("_cents"))
            ),
            _said(field, was, business, names),
            _said(field, became, business, names),
        )
        if field in PICTURES and said.was and said.became:
            said = replace(said, became=gettext("another picture"))
        if said.was != said.became:
            found.append(said)
    return found


def _with_notice(changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """A notice with its unit, which is kept in a column of its own."""
    if not {"notice_amount", "notice_unit"} <= changes.keys():
        return changes
    pairs = zip(changes["notice_amount"], changes["notice_unit"], strict=True)
    said = [it and notice_in_words(it, unit) for it, unit in pairs]
    return {name: it for name, it in changes.items() if name != "notice_unit"} | {"notice_amount": said}


def _is_row_number(field: str, *pair: Any) -> bool:
    """Which note it was; what it said stands beside it."""
    return field == "note" and any(isinstance(it, int) for it in pair)


def _said(field: str, value: Any, business: Business, names: Names) -> str | None:
    """A value of a field in words; None for nothing."""
    if value == [] and _DAY.fullmatch(field):
        return gettext("closed")
    if value is None or value == "" or value == [] or value == {}:
        return None
    if isinstance(value, list) and (field == "weekly_hours" or _DAY.fullmatch(field)):
        return _times(field, value)
    if isinstance(value, list) and field == "stretches":
        return stretches_in_words(value)
    if isinstance(value, dict) and field in KIND_OF_FIELD:
        value = list(value.values())
    if isinstance(value, dict) and (said := parts_in_words(field, value)):
        return said
    if isinstance(value, dict) and field.startswith("need_"):
        servers = [
            names.get(("resource", it[0])) or gettext("somebody who is gone") for it in value["servers"]
        ]
        return _shortened(", ".join(servers))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict) and field in KIND_OF_FIELD:
        value = list(value.values())
    if isinstance(value, dict):
        parts = {key: _said(key, it, business, names) for key, it in value.items()}
        return _shortened("; ".join(f"{_plain(key)}: {it}" for key, it in parts.items() if it)) or None
    if isinstance(value, list):
        return (
            _shortened(", ".join(filter(None, (_said(field, it, business, names) for it in value)))) or None
        )
    if isinstance(value, int):
        return _number(field, value, business, names)
    return _text(field, str(value), business)


def _times(field: str, value: list[Any]) -> str:
    """Open hours: of a day, or of the days of a week as rows of weekday, opening and closing."""
    if field != "weekly_hours":
        return hours([(opens, closes) for opens, closes in value])
    weeks = groupby(sorted(value, key=_week), _week)
    return "; ".join(
        ": ".join(filter(None, (_named_week(*limits), _week_said(rows)))) for limits, rows in weeks
    )


def _week(row: list[Any]) -> tuple[str, str, int, int]:
    """The season (empty without one) and the week of the rota that a row of weekly hours is in, and of how many."""
    rota_of, rota_week, since, until = row[3:] or (1, 0, None, None)
    return since or "", until or "", rota_of, rota_week


def _named_week(since: str, until: str, rota_of: int, rota_week: int) -> str:
    named = []
    if since or until:
        named.append("–".join(dated(date.fromisoformat(it)) if it else "" for it in (since, until)))
    if rota_of > 1:
        named.append(gettext("Week %(number)s", number=rota_week + 1))
    return ", ".join(named)


def _week_said(rows: Iterable[list[Any]]) -> str:
    week: dict[int, list[tuple[int, int]]] = {}
    for weekday, opens, closes, *_season in sorted(rows):
        week.setdefault(weekday, []).append((opens, closes))
    return week_in_words(week, "staff")


def _number(field: str, value: int, business: Business, names: Names) -> str:
    if field in KIND_OF_FIELD:
        return names.get((KIND_OF_FIELD[field], value)) or gettext("somebody or something that is gone")
    if field.endswith("_cents"):
        return money(value, business.currency)
    return number_in_words(field, value) or number(value)


def _text(field: str, value: str, business: Business) -> str:
    if said := text_in_words(field, value):
        return said
    if field == "status":
        return _plain(value)
    return _moment(value, business.zone) or _shortened(value)


def _moment(text: str, zone: str) -> str | None:
    """A moment or a day that was kept as text."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return dated(date.fromisoformat(text))
        if re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", text):
            at = datetime.fromisoformat(text)
            return f"{short_day(date_in(at, zone))}, {clock_at(at, zone)}" if at.tzinfo else text
    except ValueError:
        return None
    return None


def _shortened(text: str) -> str:
    line = one_line(text) or ""
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def _plain(name: str) -> str:
    """A name of ours without its underscores, as the beginning of a line."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
