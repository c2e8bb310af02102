"""What is kept of a customer, in words for themselves: the copy for people beside the one for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as say
from flask_babel import lazy_gettext as _

from app.core.spreadsheets import date_and_time, plain_amount
from app.notifications.listing import title_of

Codes = Mapping[str, Mapping[str, object]]
Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of what is kept: its title, and what there is of it, each as lines of a label and a value."""

    title: str
    entries: Sequence[Sequence[Line]]


def parts_of(told: Mapping[str, Any], codes: Codes, zone: str) -> list[Part]:
    """What `everything_about` told, part by part; moments on the clock of a zone. What is empty is left out.

    `codes` say by field what is meant by what is kept there: {"status": {"confirmed": "Confirmed"}}.
    """
    found = [
        Part(_name(key), [_lines(it, codes, zone) for it in value])
        for key, value in told.items()
        if isinstance(value, list)
    ]
    return [it for it in found if it.entries]


def _lines(entry: Mapping[str, Any], codes: Codes, zone: str) -> list[Line]:
    currency = str(entry.get("currency") or "")
    said = ((key, _said(key, value, currency, codes, zone)) for key, value in entry.items())
    return [(_name(key), value) for key, value in said if value and key != "currency"]


def _said(key: str, value: Any, currency: str, codes: Codes, zone: str) -> str:
    if value is None or isinstance(value, bool):
        return say("Yes") if value else ""
    if isinstance(value, dict):
        # Answers, by the number of their question.
        return "\n".join(f"{it.get('question', '')} {it['answer']}".strip() for it in value.values())
    if isinstance(value, list):
        return "\n".join(_said_of_one(key, it, currency, codes, zone) for it in value)
    if isinstance(value, int):
        return f"{plain_amount(value, currency)} {currency}" if key in _AMOUNTS and currency else str(value)
    if key in _MOMENTS:
        return " ".join(date_and_time(datetime.fromisoformat(value), zone))
    if key == "about":
        return title_of(value)
    return str(codes.get(key, {}).get(value, value))


def _said_of_one(key: str, value: Any, currency: str, codes: Codes, zone: str) -> str:
    if not isinstance(value, dict):
        return _said(key, value, currency, codes, zone)
    said = (_said(name, it, currency, codes, zone) for name, it in value.items())
    return ", ".join(it for it in said if it)


def _name(key: str) -> str:
    return str(WORDS.get(key) or key.replace("_", " ").capitalize())


_AMOUNTS = {"total", "paid", "given_back", "amount"}
_MOMENTS = {
    *("booked_at", "cancelled_at", "ends_at", "known_since", "paid_at", "sent_at", "since"),
    *("starts_at", "written_at", "placed_at", "due_at"),
}
WORDS: Mapping[str, LazyString] = {
    "about": _("About"),
    "address": _("Address"),
    "amount": _("Amount"),
    "answers": _("Answers"),
    "blocked": _("Blocked"),
    "blocked_because": _("Blocked because"),
    "booked_at": _("Booked"),
    "bookings": _("Bookings"),
    "by": _("By"),
    "came_along": _("Came along"),
    "cancelled_at": _("Cancelled"),
    "cancelled_because": _("Cancelled because"),
    "city": _("Town"),
    "due_at": _("For"),
    "email": _("E-mail"),
    "email_given": _("E-mail given"),
    "ends_at": _("Until"),
    "from": _("From"),
    "given_back": _("Given back"),
    "invoices": _("Invoices"),
    "issued_on": _("Issued on"),
    "known_as": _("Known as"),
    "known_since": _("Known since"),
    "language": _("Language"),
    "lines": _("Lines"),
    "messages": _("Messages"),
    "messages_not_wanted": _("Messages not wanted"),
    "method": _("How"),
    "name": _("Name"),
    "name_given": _("Name given"),
    "name_shown": _("Name that is shown"),
    "note": _("Note"),
    "note_of_members": _("Internal note"),
    "notes": _("Notes"),
    "number": _("Number"),
    "order_status": _("State"),
    "ordered": _("Ordered"),
    "orders": _("Orders"),
    "paid": _("Paid"),
    "paid_at": _("Paid on"),
    "payments": _("Payments"),
    "person_stars": _("Stars for the person"),
    "phone": _("Phone"),
    "phone_given": _("Phone given"),
    "placed_at": _("Ordered on"),
    "places": _("Places"),
    "postcode": _("Postcode"),
    "reply": _("Answer of the business"),
    "reviews": _("Reviews"),
    "sent_at": _("Sent"),
    "service": _("Service"),
    "since": _("Since"),
    "stars": _("Stars"),
    "starts_at": _("From"),
    "status": _("State"),
    "street": _("Street"),
    "tags": _("Tags"),
    "text": _("Text"),
    "time_zone": _("Time zone"),
    "to": _("To"),
    "total": _("Total"),
    "until": _("Until"),
    "visited_on": _("Visited on"),
    "waited_for": _("Waited for"),
    "way": _("How"),
    "with": _("With"),
    "words": _("Words"),
    "written_at": _("Written"),
}
