"""Which refusals a member may set aside."""

from app.schedule.verdict import Refusal

_BY_STAFF = frozenset(
    {
        Refusal.TOO_SOON,
        Refusal.TOO_FAR,
        Refusal.LIMIT,
        Refusal.OFF_GRID,
        Refusal.CLOSED,
        Refusal.STAFF_OFF,
    }
)
_BY_MANAGERS = _BY_STAFF | {Refusal.BUSY, Refusal.NO_ROOM, Refusal.FULL}
# These bind customers alone: a member who books otherwise is not even asked.
FOR_CUSTOMERS = frozenset({Refusal.TOO_SOON, Refusal.TOO_FAR, Refusal.OFF_GRID})
# When a class happens is up to the business, not to the rules by which customers book.
FOR_CLASS_DATES = frozenset({Refusal.TOO_SOON, Refusal.TOO_FAR, Refusal.LIMIT, Refusal.OFF_GRID})


def overridable(role: str) -> frozenset[Refusal]:
    """What a member of this role (staff, manager or owner) may decide against; taken time only from managers up."""
    return _BY_STAFF if role == "staff" else _BY_MANAGERS
