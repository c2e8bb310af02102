"""The parts of one visit, when one of them moves: nobody needs a buffer between two parts they do themselves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.appointments.models import Appointment, Booking
from app.appointments.shapes import Shape, kept, shape_of
from app.core.db import db
from app.core.intervals import Interval, intersect, merge
from app.schedule.allocating import allocate
from app.schedule.facts import ServiceRules
from app.schedule.stretches import Stretch, stretches


@dataclass(frozen=True, slots=True)
class Part:
    """An appointment as it is to lie: with these rules and resources, from start to end (epoch minutes)."""

    rules: ServiceRules
    resources: Sequence[int]
    start: int
    end: int

    def work(self) -> list[Stretch]:
        """What it takes without any buffer."""
        return stretches(
            self.rules, self.resources, self.start, self.end, before=self.resources, after=self.resources
        )

    def beside(self, others: Collection["Part"]) -> list[Stretch]:
        """What it takes, without the buffers that would lie on the work of other parts."""
        taken = _by_resource([stretch for part in others for stretch in part.work()])
        whole = _by_resource(stretches(self.rules, self.resources, self.start, self.end))
        work = _by_resource(self.work())
        before = {it for it in work if _meets(whole[it][0][0], work[it][0][0], taken.get(it, ()))}
        after = {it for it in work if _meets(work[it][-1][1], whole[it][-1][1], taken.get(it, ()))}
        return stretches(self.rules, self.resources, self.start, self.end, before=before, after=after)

    def overlaps(self, others: Collection["Part"]) -> bool:
        """Whether it would lie on the work of another part."""
        taken = _by_resource([stretch for part in others for stretch in part.work()])
        return any(_meets(it.start, it.end, taken.get(it.resource, ())) for it in self.work())


def other_parts(
    appointment: Appointment, bookings: Sequence[Booking], moving: Collection[int]
) -> dict[int, Shape]:
    """By appointment how the other parts of the visit lie, those left out that are `moving` as well.

    A class has no other parts: everybody in it comes on a visit of their own.
    """
    if appointment.is_class:
        return {}
    of_visit = (
        select(Booking)
        .where(
            Booking.business_id == appointment.business_id,
            Booking.visit.in_({booking.visit for booking in bookings}),
            Booking.appointment_id.not_in(moving),
            Booking.live.is_(True),
        )
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    )
    rows = [
        (it, db.session.get_one(Appointment, (it.business_id, it.appointment_id)))
        for it in db.session.scalars(of_visit)
    ]
    return {it.appointment_id: shape_of(where, [it]) for it, where in rows if not where.is_class}


def part_of(shape: Shape) -> Part:
    """A part that stays where it is."""
    rules = kept(ServiceRules(0, ()), shape, shape.performer or 0, shape.minutes)
    resources = [shape.resources[need] for need in sorted(shape.resources)]
    return Part(rules, resources, shape.start, shape.start + shape.minutes)


def lay_beside(business_id: int, shapes: Mapping[int, Shape], moved: Part) -> None:
    """Lay the other parts of a visit again, released before, with the buffers they need now.

    A buffer that has grown back may lie on what was booked there meanwhile; that is no reason against a move.
    """
    parts = {appointment: part_of(shape) for appointment, shape in shapes.items()}
    for appointment, part in parts.items():
        others = [moved, *(it for other, it in parts.items() if other != appointment)]
        allocate(business_id, appointment, part.beside(others), shapes[appointment].asked, squeeze=True)


def _by_resource(those: Collection[Stretch]) -> dict[int, list[Interval]]:
    return {
        resource: merge((it.start, it.end) for it in those if it.resource == resource)
        for resource in {it.resource for it in those}
    }


def _meets(start: int, end: int, taken: Sequence[Interval]) -> bool:
    return bool(intersect([(start, end)], taken))
