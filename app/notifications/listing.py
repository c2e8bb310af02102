"""Which messages there are, for those who look after them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.core.paging import Page, nearest_page
from app.notifications.kinds import UnknownKind, find_kind, names_of_kinds
from app.notifications.models import Notification

PAGE = 50
MOST_ABOUT = 8
RECENT = timedelta(days=30)
# What people call the statuses.
STATES: Mapping[str, Sequence[str]] = {
    "planned": ("pending", "claimed", "transmitting"),
    "sent": ("sent",),
    "delivered": ("delivered",),
    "failed": ("failed",),
    "skipped": ("cancelled", "expired"),
    "perhaps": ("unknown",),
}
_STATE_OF = {status: state for state, statuses in STATES.items() for status in statuses}
WRONG = ("failed", "unknown")


@dataclass(frozen=True, slots=True)
class Wish:
    """Which messages somebody looks for; nothing given is all of them. `typed` is part of an address or a number."""

    state: str = ""
    kind: str = ""
    channel: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """How many messages of late did not arrive, or may not have, that nobody has looked after."""

    failed: int
    unknown: int

    @property
    def total(self) -> int:
        return self.failed + self.unknown


def find_messages(business_id: int, wish: Wish, number: int) -> Page[Notification]:
    """A page of the messages of a business, the newest first. A page that does not exist is the last."""
    which = _which(business_id, wish)
    total = db.session.scalar(select(func.count()).select_from(Notification).where(which)) or 0
    number = nearest_page(number, total, PAGE)
    rows = _newest(which).limit(PAGE).offset((number - 1) * PAGE)
    return Page(list(db.session.scalars(rows)), total, number, PAGE)


def find_message(business_id: int, message_id: int) -> Notification | None:
    """A message of the business."""
    return db.session.scalar(select(Notification).filter_by(business_id=business_id, id=message_id))


def messages_about(
    business_id: int, ids: Select[int] | Collection[int], kinds: Collection[str] = ("booking", "series")
) -> list[Notification]:
    """The newest messages about the subjects of these kinds with these ids. One statement."""
    about = and_(
        Notification.business_id == business_id,
        Notification.subject_kind.in_(kinds),
        Notification.subject_id.in_(ids),
    )
    return list(db.session.scalars(_newest(about).limit(MOST_ABOUT)))


def messages_to(business_id: int, customer_id: int) -> list[Notification]:
    """The newest messages to a customer."""
    theirs = and_(Notification.business_id == business_id, Notification.customer_id == customer_id)
    return list(db.session.scalars(_newest(theirs).limit(MOST_ABOUT)))


def gone_wrong(business_id: int, now: datetime) -> Wrong:
    """What did not arrive in the last 30 days, was not sent again, and nobody has said to have seen. One statement."""
    counted = select(Notification.status, func.count()).where(_is_wrong(business_id, now))
    rows = db.session.execute(counted.group_by(Notification.status))
    found = {row[0]: row[1] for row in rows}
    return Wrong(found.get("failed", 0), found.get("unknown", 0))


def state_of(row: Notification) -> str:
    """The status in people's words, one of STATES."""
    return _STATE_OF[row.status]


def title_of(kind: str) -> str:
    """What members call a kind; its name where its room says nothing, or where a newer release knows it."""
    try:
        title = str(find_kind(kind).title)
    except UnknownKind:
        title = ""
    return title or kind.replace("_", " ").capitalize()


def titles_of_kinds() -> list[tuple[str, str]]:
    """Every kind with its title, by title."""
    return sorted(((kind, title_of(kind)) for kind in names_of_kinds()), key=lambda it: it[1])


def reason_of(row: Notification) -> str:
    """Why it is as it is. Reasons are kept in our own language; those without a name in them can be translated."""
    return gettext(row.last_error) if row.last_error else ""


def _is_wrong(business_id: int, now: datetime) -> ColumnElement[bool]:
    copy = aliased(Notification)
    again = exists().where(copy.business_id == business_id, copy.copy_of == Notification.id)
    return and_(
        Notification.business_id == business_id,
        Notification.status.in_(WRONG),
        Notification.created_at > now - RECENT,
        Notification.payload["seen"].is_(None),
        ~again,
    )


def _which(business_id: int, wish: Wish) -> ColumnElement[bool]:
    typed = wish.typed.lower()
    digits = "".join(c for c in typed if c.isascii() and c.isdigit()).lstrip("0")
    is_number = bool(digits) and not any(c.isalpha() or c == "@" for c in typed)
    conditions: list[ColumnElement[bool]] = [Notification.business_id == business_id]
    if wish.state:
        conditions.append(Notification.status.in_(STATES[wish.state]))
    if wish.kind:
        conditions.append(Notification.kind == wish.kind)
    if wish.channel:
        conditions.append(Notification.channel == wish.channel)
    if typed:
        conditions.append(Notification.recipient.icontains(digits if is_number else typed, autoescape=True))
    return and_(*conditions)


def _newest(which: ColumnElement[bool]) -> Select[Notification]:
    return select(Notification).where(which).order_by(Notification.created_at.desc(), Notification.id.desc())
