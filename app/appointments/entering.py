"""What a member writes down for a customer: one visit or a whole series, once however often the form is sent."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _

from app.appointments.booking import Decision, book
from app.appointments.placing import Wish
from app.appointments.series import book_series
from app.businesses.models import Business
from app.businesses.suspending import refuse_suspended
from app.core.actor import Actor
from app.core.errors import DomainError
from app.core.idempotency import Once


@dataclass(frozen=True, slots=True)
class Entry:
    """A form as it was sent: the visits, for whom and how. `key` is the same however often it is sent."""

    wishes: Sequence[Wish]
    decision: Decision
    key: str


class NothingLeft(DomainError):
    """Every date of a series was left out."""

    message = _("Every date is left out. Please keep at least one.")


def enter(business: Business, entry: Entry, *, by: Actor, now: datetime) -> int:
    """Book all visits or none; the id of the first appointment. The same entry again leads to the same one.

    Raises Suspended, NothingLeft, or what `book` and `book_series` do; then the caller rolls back.
    """
    refuse_suspended(business)
    if not entry.wishes:
        raise NothingLeft
    once = Once(business.id, "entry", entry.key, asdict(entry))
    earlier = once.earlier_answer(now)
    if earlier:
        return int(earlier["appointment"])
    if len(entry.wishes) == 1:
        bookings = book(business, entry.wishes[0], entry.decision, by=by, now=now)
    else:
        bookings = book_series(business, entry.wishes, entry.decision, by=by, now=now)[0]
    once.answered({"appointment": bookings[0].appointment_id})
    return bookings[0].appointment_id
