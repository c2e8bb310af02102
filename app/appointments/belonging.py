"""Which appointments a member may change, or only read.

Staff change their own, managers and owners all. What staff read of their colleagues' is a setting of the business.
"""

from collections.abc import Collection

from sqlalchemy import Select, exists, select

from app.appointments.models import Appointment
from app.businesses.models import Membership
from app.core.db import db
from app.schedule.models import Allocation
from app.staff.models import StaffMember


class NotTheirs(Exception):
    """The appointment is a colleague's, and this member may only see that the time is taken."""


def find_appointment(membership: Membership, appointment_id: int) -> Appointment | None:
    """An appointment of the member's business; None when there is no such one. Raises NotTheirs."""
    found = db.session.get(Appointment, (membership.business_id, appointment_id))
    if found and not membership.is_at_least("manager") and not _takes_time_of(membership, found):
        raise NotTheirs
    return found


def find_readable(membership: Membership, appointment_id: int) -> tuple[Appointment | None, bool]:
    """The same to be looked at only, and whether this member may change it too. Raises NotTheirs."""
    try:
        return find_appointment(membership, appointment_id), True
    except NotTheirs:
        if membership.sees != "all":
            raise
    return db.session.get(Appointment, (membership.business_id, appointment_id)), False


def readable(membership: Membership, appointment_ids: Collection[int]) -> set[int]:
    """Those of these appointments of the business that the member may look at."""
    return set(appointment_ids) if membership.sees == "all" else openable(membership, appointment_ids)


def openable(membership: Membership, appointment_ids: Collection[int]) -> set[int]:
    """Those of these appointments of the business that the member may change."""
    if membership.is_at_least("manager") or not appointment_ids:
        return set(appointment_ids)
    of_business = Allocation.business_id == membership.business_id
    theirs = _taken_by_user(membership).with_only_columns(Allocation.appointment_id)
    return set(db.session.scalars(theirs.where(of_business, Allocation.appointment_id.in_(appointment_ids))))


def own_person(membership: Membership) -> int | None:
    """The resource that stands for this member on the calendar; None for somebody who serves nobody."""
    own = select(StaffMember.resource_id).where(
        StaffMember.business_id == membership.business_id, StaffMember.user_id == membership.user_id
    )
    return db.session.scalar(own)


def people_open_to(membership: Membership) -> set[int] | None:
    """Whose time this member may give to customers: their own; None means everybody's, from managers up."""
    if membership.is_at_least("manager"):
        return None
    own = own_person(membership)
    return set() if own is None else {own}


def _takes_time_of(membership: Membership, appointment: Appointment) -> bool:
    """Whether any of its time is this member's, or was before it was given back."""
    theirs = _taken_by_user(membership).where(
        Allocation.business_id == appointment.business_id, Allocation.appointment_id == appointment.id
    )
    return bool(db.session.scalar(select(exists(theirs))))


def _taken_by_user(membership: Membership) -> Select[int]:
    """The stretches of time of this member."""
    return (
        select(Allocation.id)
        .join(
            StaffMember,
            (StaffMember.business_id == Allocation.business_id)
            & (StaffMember.resource_id == Allocation.resource_id),
        )
        .where(StaffMember.user_id == membership.user_id)
    )
