"""What a business says about somebody who works there."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from app.audit.models import record, rewrite
from app.businesses.pictures import drop_picture, keep_picture
from app.core.actor import Actor
from app.core.db import db
from app.core.pictures import Picture
from app.schedule.performing import change_performer
from app.staff.models import StaffMember
from app.staff.roster import services_of


def change_profile(person: StaffMember, *, by: Actor, now: datetime, **columns: Any) -> None:
    """Give somebody another title, text or colour."""
    db.session.refresh(person, with_for_update=True)
    changes = rewrite(person, columns)
    if changes:
        _record("changed", person, changes, by, now)


def change_photo(
    person: StaffMember, photo: Picture | None, *, remove: bool, by: Actor, now: datetime
) -> None:
    """Show another photo, or none; without either it stays. Raises NoRoomForPictures."""
    if photo is None and not remove:
        return
    key = keep_picture(person.business_id, "person", photo, by=by, now=now) if photo else None
    db.session.refresh(person, with_for_update=True)
    was, person.photo = person.photo, key
    db.session.flush()
    drop_picture(person.business_id, was, by=by, now=now)


def choose_services(person: StaffMember, wanted: Collection[int], *, by: Actor, now: datetime) -> None:
    """Let somebody perform exactly these services, of those people perform. What they are booked for stays.

    Raises OnTheTimetable while they give one of the others as a class.
    """
    known = services_of(person.business_id, person.resource_id)
    begins = {it.id for it in known if it.id in wanted and not it.performed}
    stops = {it.id for it in known if it.id not in wanted and it.performed}
    change_performer(person.business_id, person.resource_id, begins=begins, stops=stops, by=by, now=now)


def _record(what: str, person: StaffMember, changes: dict[str, Any], by: Actor, now: datetime) -> None:
    subject = ("resource", person.resource_id)
    record(f"staff.{what}", *subject, by=by, at=now, business_id=person.business_id, changes=changes)
