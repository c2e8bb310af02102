"""Where something stands in a column, as the classes of static/css/manage/46-calendar-places.css."""

from functools import lru_cache

from app.appointments.calendar.bands import Band
from app.appointments.calendar.blocks import Block
from app.core.intervals import Interval

SIGNS = {
    "requested": "circle-help",
    "pending_payment": "credit-card",
    "completed": "check",
    "no_show": "user-x",
}


@lru_cache(maxsize=50_000)
def place(start: int, end: int) -> str:
    """The classes of a stretch (wall minutes), in rows of five minutes; at least two rows, so that it can be seen."""
    top = start // 5 * 5
    height = max(10, -(-end // 5) * 5 - top)
    return f"h{top // 60} m{top % 60} sh{height // 60} sm{height % 60}"


def block_classes(block: Block) -> str:
    """How a block looks and where it stands."""
    taken = block.taken
    classes = ["block", place(block.start, block.end), *_lane(block)]
    if not block.opens:
        return " ".join([*classes, "busy"])
    classes.append("class-date" if taken.is_class else taken.status.replace("_", "-"))
    if taken.arrived and taken.status == "confirmed":
        classes.append("arrived")
    if taken.squeezed:
        classes.append("squeezed")
    height = block.end - block.start
    if height < 45:
        classes.append("short" if height > 20 else "tiny")
    return " ".join(classes)


def band_classes(band: Band, shown: Interval) -> str | None:
    """The same for what lies behind the blocks; None for what is outside the minutes that are shown."""
    start, end = max(band.start, shown[0]), min(band.end, shown[1])
    if start >= end:
        return None
    return " ".join(["band", band.kind, place(start, end), *_lane(band)])


def _lane(it: Block | Band) -> list[str]:
    return [f"lane-{it.lane}", f"lanes-{it.lanes}"] if it.lanes > 1 else []
