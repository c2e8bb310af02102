"""How our appointments are called in the calendars of others, so that we know them when they come back."""

import re
from uuid import UUID, uuid5

_NAMES = UUID("5b0dd7a2-3f4f-4a0e-9a55-6a1f5d0d4f53")
_OURS = re.compile(r"[0-9a-f]{32}-([0-9a-f]{12})@.+", re.ASCII)


def uid_of(business_id: int, appointment_id: int, host: str) -> str:
    """The name of an appointment; it stays the same, and says nothing of it."""
    return f"{uuid5(_NAMES, f'{business_id}/{appointment_id}').hex}-{_mark_of(business_id)}@{host}"


def is_of(uid: str, business_id: int) -> bool:
    """Whether it is the name of an appointment of this business, as `uid_of` gives it."""
    ours = _OURS.fullmatch(uid)
    return ours is not None and ours[1] == _mark_of(business_id)


def _mark_of(business_id: int) -> str:
    return uuid5(_NAMES, str(business_id)).hex[:12]
