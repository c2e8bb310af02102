"""What the engine says to a start: who fills it, or what speaks against it."""

from enum import StrEnum
from typing import NamedTuple


class Refusal(StrEnum):
    """What can speak against a start, in the order in which it is said."""

    CLOSED = "closed"
    STAFF_OFF = "staff_off"
    BUSY = "busy"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    LIMIT = "limit"
    NO_ROOM = "no_room"
    OFF_GRID = "off_grid"
    FULL = "full"


class Choice(NamedTuple):
    """A visit from start to end (epoch minutes) and the resource that fills each need, in the order of the needs.

    `despite` are the refusals a member overrode. `appointment` is the date of a class to be joined.
    """

    start: int
    end: int
    resources: tuple[int, ...]
    despite: tuple[Refusal, ...] = ()
    appointment: int | None = None
