"""When a business reminds its customers, and when it thanks them: the rules, and what follows from changing one."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.appointments.due import name_of
from app.appointments.models import Appointment, Booking
from app.appointments.reminding import rules_of
from app.audit.models import record, rewrite
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.jobs import enqueue_after_commit
from app.notifications.models import ReminderRule

MOST_RULES = 8


class SameAlready(DomainError):
    """Two rules that mean the same."""

    message = _("There is such a message already.")


class TooManyRules(DomainError):
    """More messages than anybody wants to get."""

    message = _("That is as many as one visit can have. Remove one first.")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule shall be; columns as in ReminderRule."""

    about: str = "before"
    unit: str = "hours"
    amount: int = 24
    at_min: int | None = None
    channel: str = "email"

    @property
    def columns(self) -> dict[str, Any]:
        return asdict(self)


# What a business begins with.
FIRST_RULE = Rule()
PRESETS = {
    "day": FIRST_RULE,
    "evening": Rule(unit="days", amount=1, at_min=18 * 60),
    "soon": Rule(amount=2),
    "thanks": Rule(about="after", unit="days", amount=1, at_min=10 * 60),
}


def add_rule(business: Business, rule: Rule, *, by: Actor, now: datetime) -> ReminderRule:
    """One more message to each visit, also to those booked already. Raises SameAlready or TooManyRules."""
    lock_schedule(business.id)
    others = rules_of(business.id)
    if len(others) >= MOST_RULES:
        raise TooManyRules
    row = ReminderRule(business_id=business.id, **rule.columns)
    _check_new(row, others)
    db.session.add(row)
    db.session.flush()
    _record("added", row, {name: [None, value] for name, value in rule.columns.items()}, by, now)
    return row


def change_rule(row: ReminderRule, rule: Rule, *, by: Actor, now: datetime) -> None:
    """Another time or another way. Raises SameAlready."""
    lock_schedule(row.business_id)
    others = [it for it in rules_of(row.business_id) if it.id != row.id]
    _check_new(ReminderRule(**rule.columns), others)
    changes = rewrite(row, rule.columns)
    if changes:
        _record("changed", row, changes, by, now)


def remove_rule(row: ReminderRule, *, by: Actor, now: datetime) -> None:
    """Nobody is told by it any more, who has booked already neither."""
    lock_schedule(row.business_id)
    _record("removed", row, {name: [getattr(row, name), None] for name in FIRST_RULE.columns}, by, now)
    db.session.delete(row)
    db.session.flush()


def find_rule(business_id: int, rule_id: int) -> ReminderRule | None:
    """A rule of this business."""
    return db.session.get(ReminderRule, (business_id, rule_id))


def visits_ahead(business_id: int, now: datetime) -> int:
    """How many visits ahead follow what is changed."""
    ahead = (
        select(func.count(Booking.visit.distinct()))
        .join(Booking.appointment)
        .where(
            Booking.business_id == business_id,
            Booking.status == "confirmed",
            Booking.local_start > now.replace(tzinfo=None) - timedelta(days=2),
            Appointment.starts_at > now,
        )
    )
    return db.session.scalar(ahead) or 0


def _check_new(rule: ReminderRule, others: Iterable[ReminderRule]) -> None:
    meanings = {(name_of(it), it.channel) for it in others}
    if (name_of(rule), rule.channel) in meanings:
        raise SameAlready


def _record(what: str, row: ReminderRule, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    """Write it down, and let what was planned for the bookings ahead follow as soon as it is committed."""
    # With it comes what only a worker needs.
    from app.appointments.jobs import replan_reminders

    record(
        f"reminder_rule.{what}",
        "reminder_rule",
        row.id,
        by=by,
        at=now,
        business_id=row.business_id,
        changes=changes,
    )
    enqueue_after_commit(replan_reminders, row.business_id)
