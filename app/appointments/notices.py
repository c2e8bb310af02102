"""Which members are told of what customers do, as each of them wants it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select

from app.audit.models import record, rewrite
from app.auth.models import User
from app.businesses.models import Membership
from app.core.actor import Actor
from app.core.db import db
from app.schedule.models import Allocation
from app.staff.models import StaffMember

# What there is to be told of, and how much of it: everybody's bookings, only those one serves, or none.
NOTICES = ("new", "request", "change", "cancellation", "answer", "order", "order_cancellation")
CHOICES = ("all", "own", "none")
# An order is nobody's own.
OF_ORDERS = ("order", "order_cancellation")
_BY_ROLE = {"owner": "all", "manager": "none", "staff": "own"}
_NOTICE_OF = {
    "booking_changed": "change",
    "booking_given_up": "cancellation",
    "booking_answered": "answer",
    "payment_missed": "cancellation",
    "order_new": "order",
    "order_given_up": "order_cancellation",
}


def notice_of(kind: str, *, is_request: bool = False) -> str:
    """Which of NOTICES a message to a member belongs to."""
    return _NOTICE_OF.get(kind) or ("request" if is_request else "new")


def choice_of(role: str, notices: Mapping[str, Any], notice: str) -> str:
    """What a member chose of CHOICES, or what their role gets."""
    chosen = notices.get(notice)
    return chosen if chosen in choices_of(notice) else _usual(role, notice)


def choices_of(notice: str) -> tuple[str, ...]:
    """What can be chosen for one of NOTICES."""
    return ("all", "none") if notice in OF_ORDERS else CHOICES


def keep_notices(membership: Membership, chosen: Mapping[str, str], *, by: Actor, now: datetime) -> None:
    """Keep what a member wants to be told. What goes by their role anyway is not written down."""
    kept = {
        notice: choice
        for notice, choice in chosen.items()
        if notice in NOTICES and choice in choices_of(notice) and choice != _usual(membership.role, notice)
    }
    changes = rewrite(membership, {"notices": kept})
    if changes:
        record(
            "membership.notices_changed",
            "membership",
            membership.id,
            by=by,
            at=now,
            business_id=membership.business_id,
            changes=changes,
        )


def members_to_tell(business_id: int, notice: str, appointment_ids: Collection[int]) -> list[User]:
    """Who wants to be told this about these appointments, by id. One statement."""
    found = (
        select(Membership.role, Membership.notices, User, _serves(appointment_ids))
        .join(User, User.id == Membership.user_id)
        .where(Membership.business_id == business_id, Membership.active, User.active)
    )
    return [
        user
        for role, notices, user, serves in db.session.execute(found.order_by(User.id))
        if _wants(choice_of(role, notices, notice), serves)
    ]


def owners_of(business_id: int) -> list[User]:
    """Those who own a business, by id."""
    found = select(User).join(Membership, User.id == Membership.user_id)
    of_it = found.where(Membership.business_id == business_id, Membership.active, User.active)
    return list(db.session.scalars(of_it.where(Membership.role == "owner").order_by(User.id)))


def still_wants(business_id: int, user_id: int, notice: str, appointment_ids: Collection[int]) -> bool:
    """Whether a member works here and wants to be told this, as they have it now."""
    return any(it.id == user_id for it in members_to_tell(business_id, notice, appointment_ids))


def _usual(role: str, notice: str) -> str:
    usual = _BY_ROLE[role]
    return usual if usual in choices_of(notice) else "none"


def _wants(choice: str, serves: bool) -> bool:
    return choice == "all" or (choice == "own" and serves)


def _serves(appointment_ids: Collection[int]) -> ColumnElement[bool]:
    """Whether any time of these appointments is the member's, or was before it was given back."""
    return (
        exists()
        .where(
            StaffMember.business_id == Membership.business_id,
            StaffMember.user_id == Membership.user_id,
            and_(
                Allocation.business_id == StaffMember.business_id,
                Allocation.resource_id == StaffMember.resource_id,
            ),
            Allocation.appointment_id.in_(appointment_ids),
        )
        .correlate(Membership)
    )
