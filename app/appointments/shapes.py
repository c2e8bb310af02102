"""How an appointment lies on the time it takes: what it keeps when it moves, however its service was edited since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.appointments.models import Appointment, Booking
from app.core.intervals import Interval, merge
from app.schedule.allocating import Taken, taken_by
from app.schedule.facts import Member, Need, ServiceRules
from app.schedule.wall_clock import DAY, epoch_minute


@dataclass(frozen=True, slots=True)
class Shape:
    """Start, length and buffers in (epoch) minutes; by need who fills it and when, counted from the start.

    The times of a need have their buffers in them. `asked` are those the customer had asked for.
    """

    start: int
    minutes: int
    before: int
    after: int
    resources: Mapping[int, int]
    taken: Mapping[int, Sequence[Interval]]
    asked: frozenset[int]
    is_class: bool

    @property
    def performer(self) -> int | None:
        """Who fills the first need."""
        return self.resources[min(self.resources)] if self.resources else None


def shape_of(
    appointment: Appointment, bookings: Sequence[Booking], rows: Sequence[Taken] | None = None
) -> Shape:
    """The shape of an appointment as it was made; its one booking knows the buffers, a class shows them.

    `rows` is what it takes, for whoever has read that already.
    """
    start, end = epoch_minute(appointment.starts_at), epoch_minute(appointment.ends_at)
    rows = taken_by(appointment.business_id, appointment.id) if rows is None else rows
    taken = _by_need(rows, start)
    if bookings and not appointment.is_class:
        before, after = bookings[0].before_min, bookings[0].after_min
    else:
        before = max([0, *(-those[0][0] for those in taken.values())])
        after = max([0, *(those[-1][1] - (end - start) for those in taken.values())])
    resources = {it.stretch.need: it.stretch.resource for it in rows}
    asked = frozenset(it.stretch.resource for it in rows if it.asked)
    return Shape(start, end - start, before, after, resources, taken, asked, appointment.is_class)


def kept(service: ServiceRules, shape: Shape, person: int | None, minutes: int) -> ServiceRules:
    """The rules by which such an appointment is judged anew when it takes so many minutes of a person, or of anybody.

    When it may be is up to the service as it is now; how it lies, to how it was made. A class is one appointment
    here, whatever its places and how many of its kind there are that day; like a stay it has a time of its own, for
    which closures matter but weekly hours do not.
    """
    unit = "night" if shape.is_class or service.unit == "night" else "visit"
    return replace(
        service,
        unit=unit,
        needs=tuple(_need(service, shape, position, person, minutes) for position in sorted(shape.resources)),
        minutes=shape.minutes,
        max_units=max(service.max_units, minutes // DAY + 1),
        before=shape.before,
        after=shape.after,
        capacity=1,
        daily_limit=None if shape.is_class else service.daily_limit,
    )


def in_the_same_rooms(rules: ServiceRules, shape: Shape) -> ServiceRules:
    """Those rules with only whom and what the appointment has now for all but the first need."""
    return replace(
        rules,
        needs=tuple(
            need if at == 0 else replace(need, members=_own(need, shape))
            for at, need in enumerate(rules.needs)
        ),
    )


def _need(service: ServiceRules, shape: Shape, position: int, person: int | None, minutes: int) -> Need:
    own = shape.resources[position]
    need = next((it for it in service.needs if it.position == position), Need(position, (Member(own),)))
    work = _work(shape, need)
    stretches = () if work == [(0, shape.minutes)] else tuple(work)
    if position == min(shape.resources):
        # Their own length is that of this visit.
        able = [it for it in need.members if person is None or it.resource == person]
        members = tuple(replace(it, minutes=minutes) for it in able)
    else:
        members = _own(need, shape) if own in shape.asked else need.members
    return replace(need, members=members, stretches=stretches)


def _own(need: Need, shape: Shape) -> tuple[Member, ...]:
    return tuple(it for it in need.members if it.resource == shape.resources[need.position])


def _work(shape: Shape, need: Need) -> list[Interval]:
    """When a need's resource is at work: its time without the buffers, which parts of one visit do without."""
    taken = shape.taken[need.position]
    first, last = taken[0][0], taken[-1][1]
    begins = need.stretches[0][0] if need.stretches else 0
    ends = need.stretches[-1][1] if need.stretches else shape.minutes
    if first < 0 or first + shape.before == begins:
        first += shape.before
    if last > shape.minutes or last - shape.after == ends:
        last -= shape.after
    return merge((max(start, first), min(end, last)) for start, end in taken)


def _by_need(rows: Sequence[Taken], start: int) -> dict[int, list[Interval]]:
    found: dict[int, list[Interval]] = defaultdict(list)
    for stretch, _ in rows:
        found[stretch.need].append((stretch.start - start, stretch.end - start))
    return found
