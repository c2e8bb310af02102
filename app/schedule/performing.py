"""One person begins and stops to perform services; everything else those take stays."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from app.businesses.locking import lock_schedule
from app.core.actor import Actor
from app.schedule.grouping import NeedWish
from app.schedule.needing import PERFORMER, needs_of, set_needs_of_all
from app.schedule.serving import Server


def change_performer(
    business_id: int,
    resource_id: int,
    *,
    begins: Collection[int] = (),
    stops: Collection[int] = (),
    by: Actor,
    now: datetime,
) -> None:
    """Let a person perform the services they begin, and those they stop no more. What they are booked for stays.

    Twice changes nothing, and a service that rooms perform stays as it is. As many statements however many services
    there are. Raises OnTheTimetable while they give one of those they stop as a class.
    """
    if not begins and not stops:
        return
    lock_schedule(business_id)
    wanted: dict[int, list[NeedWish]] = {}
    for service, needs in needs_of(business_id, {*begins, *stops}).items():
        first = next((it for it in needs if it.position == PERFORMER), NeedWish(PERFORMER, "staff", ()))
        others = [it for it in needs if it.position != PERFORMER]
        if service in stops and resource_id in first.resources:
            left = tuple(it for it in first.servers if it.resource_id != resource_id)
            wanted[service] = [replace(first, servers=left), *others]
        elif service in begins and first.kind == "staff" and resource_id not in first.resources:
            wanted[service] = [replace(first, servers=(*first.servers, Server(resource_id))), *others]
    if wanted:
        set_needs_of_all(business_id, wanted, by=by, now=now)
