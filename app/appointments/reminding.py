"""Reminders and follow-ups: rows that follow the booking wherever it goes."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from app.appointments.due import due_at, name_of
from app.appointments.models import Appointment, Booking
from app.appointments.subjects import first_of, seq_of
from app.audit.models import AuditEvent
from app.businesses.models import Business
from app.core.db import db
from app.customers.unwanted import unwanted_by
from app.notifications.models import Notification, ReminderRule
from app.notifications.planning import Message, call_off, plan, unsent

REMINDERS = ("booking_reminder", "booking_follow_up")
FOLLOW_UP_KEEPS = timedelta(days=3)
# Whose visits are reminded of, and what a visit may still wait for.
_EXPECTED = ("confirmed",)
_WAITING = ("requested", "pending_payment")


def rules_of(business_id: int) -> Sequence[ReminderRule]:
    """The reminders and follow-ups of a business, the earliest first."""
    found = db.session.scalars(select(ReminderRule).filter_by(business_id=business_id)).all()
    return sorted(found, key=_earliest_first)


def follow(
    business: Business,
    bookings: Iterable[Booking],
    now: datetime,
    *,
    is_new: bool = False,
    by_another_clock: bool = False,
) -> int:
    """Plan what is to be said before and after the visits of these bookings, as they are now, and call off the rest.

    What is due already is not planned, but whoever was about to be reminded still is. `is_new`: nothing was planned
    for them before. `by_another_clock`: only the clock of the shop has changed, so what was to be said still is, and
    at once where its hour has passed by that clock. The number of visits that are reminded of or followed up. Call it
    under the schedule lock.
    """
    rules = rules_of(business.id)
    visits = {it.visit for it in bookings}
    if (is_new and not rules) or not visits:
        return 0
    parts = _parts(business.id, visits)
    waiting = [] if is_new else unsent(business.id, "booking", [first_of(it).id for it in parts], REMINDERS)
    overdue = {
        (it.subject_id, it.payload.get("rule")) for it in waiting if by_another_clock or it.send_at <= now
    }
    unwanted = unwanted_by(business.id, {first_of(it).customer_id or 0 for it in parts}) if rules else {}
    wanted = [
        message
        for of_visit in parts
        for rule in rules
        for message in _messages(business, of_visit, rule, unwanted, now, overdue)
    ]
    keys = {it.dedupe_key for it in wanted}
    call_off(
        (it for it in waiting if it.dedupe_key not in keys), _("The booking or the reminders were changed.")
    )
    have = {it.dedupe_key for it in waiting}
    for row, message in _pairs(waiting, wanted):
        row.recipient, row.language = message.recipient, message.language
        if by_another_clock and message.send_at:
            row.send_at, row.expires_at = message.send_at, message.expires_at
    plan([it for it in wanted if it.dedupe_key not in have], now)
    return len({it.subject_id for it in wanted})


def follow_ahead(business: Business, now: datetime, after: int, limit: int) -> int | None:
    """The same for so many bookings that are not over, from the one `after` this id on; the last id, None at the end.

    Under the schedule lock. Doing it twice changes nothing.
    """
    found = (
        select(Booking)
        .join(Booking.appointment)
        .where(
            Booking.business_id == business.id,
            Booking.id > after,
            Booking.status == "confirmed",
            Appointment.ends_at > now,
        )
    )
    bookings = db.session.scalars(found.order_by(Booking.id).limit(limit)).all()
    follow(business, bookings, now)
    return bookings[-1].id if bookings else None


def businesses_with_new_rules(since: datetime) -> list[int]:
    """The businesses that have changed their reminders since then."""
    changed = exists().where(
        AuditEvent.business_id == ReminderRule.business_id,
        AuditEvent.at > since,
        AuditEvent.action.in_([f"reminder_rule.{what}" for what in ("added", "changed", "removed")]),
    )
    found = select(ReminderRule.business_id).distinct().where(changed)
    return list(db.session.scalars(found.order_by(ReminderRule.business_id)))


def _pairs(
    waiting: Iterable[Notification], wanted: Iterable[Message]
) -> Iterable[tuple[Notification, Message]]:
    by_key = {it.dedupe_key: it for it in wanted}
    return ((row, by_key[row.dedupe_key]) for row in waiting if row.dedupe_key in by_key)


def _parts(business_id: int, visits: Collection[uuid.UUID]) -> list[list[Booking]]:
    """The bookings of each visit, as they are now."""
    found = select(Booking).options(joinedload(Booking.appointment)).execution_options(populate_existing=True)
    rows = db.session.scalars(found.where(Booking.business_id == business_id, Booking.visit.in_(visits)))
    by_visit = groupby(sorted(rows, key=lambda it: str(it.visit)), key=lambda it: it.visit)
    return [list(those) for _visit, those in by_visit]


def _messages(
    business: Business,
    bookings: Sequence[Booking],
    rule: ReminderRule,
    unwanted: Mapping[int, set[str]],
    now: datetime,
    overdue: Collection[tuple[int, str | None]],
) -> Iterable[Message]:
    """What this rule has to say about a visit: one message or none."""
    first = first_of(bookings)
    expected = [it for it in bookings if it.status in _EXPECTED]
    to = first.contact_email if rule.channel == "email" else first.contact_phone
    topic = "reminder" if rule.about == "before" else "follow_up"
    if not expected or not to or any(it.status in _WAITING for it in bookings):
        return
    if f"{topic}:{rule.channel}" in unwanted.get(first.customer_id or 0, ()):
        return
    begins = min(it.appointment.starts_at for it in expected)
    ends = max(it.appointment.ends_at for it in expected)
    due, name = due_at(rule, begins, ends, first.zone), name_of(rule)
    until = begins if rule.about == "before" else due + FOLLOW_UP_KEEPS
    if due >= until or (due <= now and (first.id, name) not in overdue):
        return
    yield Message(
        kind=f"booking_{topic}",
        business_id=business.id,
        subject_kind="booking",
        subject_id=first.id,
        subject_seq=seq_of(bookings),
        recipient=to,
        language=first.language or business.language,
        dedupe_key=f"b{business.id}:booking{first.id}:s{seq_of(bookings)}:{name}:{rule.channel}",
        expires_at=until,
        customer_id=first.customer_id,
        channel=rule.channel,
        send_at=due,
        payload={"rule": name},
    )


def _earliest_first(rule: ReminderRule) -> tuple[bool, int, int, int]:
    """Before the visit by how long before, then after it by how long after."""
    after = rule.about == "after"
    minutes = rule.amount * (60 if rule.unit == "hours" else 1440)
    return after, minutes if after else -minutes, rule.at_min or 0, rule.id
