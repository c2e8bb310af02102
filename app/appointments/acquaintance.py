"""Which customers a member knows: managers and owners all; staff those who came to them or will.

Where staff may look at the appointments of their colleagues, they know the customers of these too.
"""

from typing import Any

from sqlalchemy import Select, exists, select

from app.appointments.models import Booking
from app.businesses.models import Membership
from app.core.db import db
from app.schedule.models import Allocation
from app.staff.models import StaffMember


def customers_open_to(membership: Membership) -> Select[Any] | None:
    """The ids of the customers whose pages this member may see; None means everybody's."""
    if membership.sees == "all":
        return None
    return select(Booking.customer_id).where(
        Booking.business_id == membership.business_id,
        Booking.customer_id.is_not(None),
        # What was given back is no acquaintance, or anybody's page could be opened by booking and cancelling.
        Booking.live.is_(True),
        Booking.appointment_id.in_(appointments_with(membership)),
    )


def is_open_to(membership: Membership, customer_id: int) -> bool:
    """Whether this member may see the page of a customer."""
    known = customers_open_to(membership)
    return known is None or bool(
        db.session.scalar(select(exists(known.where(Booking.customer_id == customer_id))))
    )


def appointments_known_to(membership: Membership) -> Select[Any] | None:
    """The ids of the appointments this member may look at; None means everybody's."""
    return None if membership.sees == "all" else appointments_with(membership)


def appointments_with(membership: Membership) -> Select[Any]:
    """The ids of the appointments that take time of this member, or did before they were cancelled."""
    return (
        select(Allocation.appointment_id)
        .join(
            StaffMember,
            (StaffMember.business_id == Allocation.business_id)
            & (StaffMember.resource_id == Allocation.resource_id),
        )
        .where(Allocation.business_id == membership.business_id, StaffMember.user_id == membership.user_id)
    )
