"""One person begins or stops to perform a service; everything else it takes stays."""

from dataclasses import replace
from datetime import datetime

from app.businesses.locking import lock_schedule
from app.core.actor import Actor
from app.schedule.needing import PERFORMER, NeedWish, needs_of, set_needs
from app.schedule.serving import Server


def let_serve(business_id: int, service_id: int, resource_id: int, *, by: Actor, now: datetime) -> None:
    """Let a person perform a service. Twice changes nothing, and a service that rooms perform stays as it is."""
    first, others = _needs(business_id, service_id)
    if first.kind == "staff" and resource_id not in first.resources:
        with_them = replace(first, servers=(*first.servers, Server(resource_id)))
        set_needs(business_id, service_id, [with_them, *others], by=by, now=now)


def stop_serving(business_id: int, service_id: int, resource_id: int, *, by: Actor, now: datetime) -> None:
    """Let a person perform a service no more. What they are booked for stays. Twice changes nothing.

    Raises OnTheTimetable while they give it as a class.
    """
    first, others = _needs(business_id, service_id)
    if resource_id in first.resources:
        left = tuple(it for it in first.servers if it.resource_id != resource_id)
        set_needs(business_id, service_id, [replace(first, servers=left), *others], by=by, now=now)


def _needs(business_id: int, service_id: int) -> tuple[NeedWish, list[NeedWish]]:
    """Who performs a service, nobody yet where it was never said, and what else it takes; under the lock."""
    lock_schedule(business_id)
    needs = needs_of(business_id, [service_id])[service_id]
    first = next((it for it in needs if it.position == PERFORMER), NeedWish(PERFORMER, "staff", ()))
    return first, [it for it in needs if it.position != PERFORMER]
