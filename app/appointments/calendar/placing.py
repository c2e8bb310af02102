"""How things look and where they stand, in the classes of static/css/manage/46-calendar-places.css."""

from functools import lru_cache

from app.appointments.calendar.bands import Band
from app.appointments.calendar.blocks import Block
from app.core.intervals import Interval

ROOMY, FLAT = 45, 20  # minutes: from here on there is room for several lines, up to here hardly for one


@lru_cache(maxsize=50_000)
def place(start: int, end: int) -> str:
    """The classes of a stretch (wall minutes), in rows of five minutes; at least two rows, so that it can be seen."""
    top = start // 5 * 5
    height = max(10, -(-end // 5) * 5 - top)
    return f"h{top // 60} m{top % 60} sh{height // 60} sm{height % 60}"


def block_classes(block: Block) -> str:
    """How a block looks and where it stands."""
    taken = block.taken
    look = "busy" if not block.opens else "class-date" if taken.is_class else taken.status
    if look == "confirmed" and taken.arrived:
        look = "arrived"
    squeezed = block.opens and taken.squeezed
    return _block_classes(block.start, block.end, block.lane, block.lanes, look, squeezed)


@lru_cache(maxsize=50_000)
def _block_classes(start: int, end: int, lane: int, lanes: int, look: str, squeezed: bool) -> str:
    height = end - start
    classes = ["block", look.replace("_", "-"), place(start, end), *_lane(lane, lanes)]
    if height < ROOMY:
        classes.append("short" if height > FLAT else "flat")
    return " ".join([*classes, "squeezed"] if squeezed else classes)


def band_classes(band: Band, shown: Interval) -> str | None:
    """The same for what lies behind the blocks; None for what is outside the minutes that are shown."""
    start, end = max(band.start, shown[0]), min(band.end, shown[1])
    if start >= end:
        return None
    return " ".join(["band", band.kind, place(start, end), *_lane(band.lane, band.lanes)])


def _lane(lane: int, lanes: int) -> list[str]:
    return [f"lane-{lane}", f"lanes-{lanes}"] if lanes > 1 else []
