"""The only writer of allocations. The exclusion constraint judges every row."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from app.core.db import db
from app.schedule.models import Allocation
from app.schedule.stretches import Stretch
from app.schedule.wall_clock import utc


def allocate(
    business_id: int, appointment_id: int, stretches: Sequence[Stretch], asked: Collection[int] = ()
) -> bool:
    """Take these stretches; False when any of them is taken by somebody else.

    `asked` are the resources the customer chose. Some rows may have gone in all the same, so call this inside
    begin_nested() and roll that back on False.
    """
    rows: list[dict[str, Any]] = [
        {
            "business_id": business_id,
            "appointment_id": appointment_id,
            "resource_id": stretch.resource,
            "need": stretch.need,
            "starts_at": utc(stretch.start),
            "ends_at": utc(stretch.end),
            "asked": stretch.resource in asked,
        }
        for stretch in stretches
    ]
    taken = insert(Allocation).values(rows).on_conflict_do_nothing().returning(Allocation.id)
    return len(db.session.execute(taken).all()) == len(rows)
