"""How one visit lies on the time of the people and spaces it takes."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from app.core.intervals import Interval, merge
from app.schedule.facts import Need, ServiceRules


class Stretch(NamedTuple):
    """Time to be taken from a resource, in epoch minutes, buffers included."""

    need: int
    resource: int
    start: int
    end: int


def stretches(
    service: ServiceRules,
    chosen: Sequence[int],
    start: int,
    end: int,
    *,
    before: Collection[int] = (),
    after: Collection[int] = (),
) -> list[Stretch]:
    """What a visit from start to end takes, when `chosen` holds one resource for each need, in the order of the needs.

    Sorted by resource and start, and nothing of one resource touches: the form in which allocations are laid. What
    was in the same visit `before` or is in it `after` needs no buffer on that side.
    """
    minutes = end - start
    return sorted(
        (
            Stretch(need.position, resource, start + a, start + b)
            for need, resource in zip(service.needs, chosen, strict=True)
            for a, b in occupied(
                service, need, minutes, before=resource not in before, after=resource not in after
            )
        ),
        key=lambda stretch: (stretch.resource, stretch.start),
    )


def worked(service: ServiceRules, need: Need, minutes: int) -> list[Interval]:
    """When a need's resource is at work, in minutes from the start of a visit of this length.

    A stretch that ends with the service ends with this visit, however long it is; the others stay as they are.
    """
    cut = [
        (start, minutes if end == service.minutes else min(end, minutes))
        for start, end in need.stretches
        if start < minutes
    ]
    return merge(cut) or [(0, minutes)]


def occupied(
    service: ServiceRules, need: Need, minutes: int, *, before: bool = True, after: bool = True
) -> list[Interval]:
    """When a need's resource is taken: its work, the buffer before the first stretch and the one after the last."""
    work = worked(service, need, minutes)
    (first, _), (_, last) = work[0], work[-1]
    return merge([(first - service.before * before, first), *work, (last, last + service.after * after)])
