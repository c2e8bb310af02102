"""An appointment that died takes its own time again."""

from sqlalchemy import exists, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from app.appointments.models import Appointment
from app.appointments.refusals import SlotTaken
from app.core.db import db
from app.schedule.models import Allocation

# One statement for both: an allocation is live exactly while its appointment is.
_REVIVE = text(
    """
    WITH revived AS (
      UPDATE appointments SET live = true
      WHERE business_id = :business AND id = :appointment AND NOT live
      RETURNING id
    )
    UPDATE allocations al SET live = true
    FROM revived
    WHERE al.business_id = :business AND al.appointment_id = revived.id
    """
)


def revive(appointment: Appointment) -> None:
    """Make a dead appointment live again where it was. Raises SlotTaken when anything lies there by now.

    Under the schedule lock, after dead holds were expired. Give somebody a place in it and settle it afterwards.
    """
    if _is_taken(appointment):
        raise SlotTaken
    try:
        with db.session.begin_nested():
            key = {"business": appointment.business_id, "appointment": appointment.id}
            db.session.execute(_REVIVE, key)
    except IntegrityError as error:
        raise SlotTaken from error
    db.session.refresh(appointment)


def _is_taken(appointment: Appointment) -> bool:
    """Whether anything live overlaps it; what was squeezed in the constraint would not see."""
    other = aliased(Allocation)
    in_the_way = exists().where(
        other.resource_id == Allocation.resource_id,
        other.live,
        other.ends_at > Allocation.starts_at,
        other.starts_at < Allocation.ends_at,
        other.appointment_id != appointment.id,
    )
    own = exists().where(
        Allocation.business_id == appointment.business_id,
        Allocation.appointment_id == appointment.id,
        in_the_way,
    )
    return bool(db.session.scalar(select(own)))
