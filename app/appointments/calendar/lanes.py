"""Things that overlap stand beside each other."""

from collections.abc import Sequence

from app.core.intervals import Interval

MOST_LANES = 12


def lanes_of(stretches: Sequence[Interval]) -> list[tuple[int, int]]:
    """For each stretch, given by start: the lane it is in, from 0, and how many lanes those it touches share.

    Each takes the first lane that is free; whatever hangs together by overlaps shares as many lanes as are needed at
    its fullest moment. Beyond MOST_LANES they lie on the last.
    """
    found: list[tuple[int, int]] = []
    ends: list[int] = []
    cluster: list[int] = []
    until = None
    for start, end in stretches:
        if until is not None and start >= until:
            found += [(lane, len(ends)) for lane in cluster]
            ends, cluster, until = [], [], None
        lane = next((at for at, busy in enumerate(ends) if busy <= start), len(ends))
        if lane == len(ends) and lane < MOST_LANES:
            ends.append(end)
        lane = min(lane, MOST_LANES - 1)
        ends[lane] = max(ends[lane], end)
        cluster.append(lane)
        until = end if until is None else max(until, end)
    return found + [(lane, len(ends)) for lane in cluster]
