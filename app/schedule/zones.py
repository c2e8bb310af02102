"""The time zones people choose from."""

from functools import cache
from zoneinfo import available_timezones

_REGIONS = {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}


@cache
def zones() -> tuple[str, ...]:
    """The zones named after a place, by region; US/Pacific and others that are named differently are left out."""
    return tuple(sorted(it for it in available_timezones() if it.split("/")[0] in _REGIONS))


def is_zone(name: str) -> bool:
    """Whether there is such a zone: one of `zones`, or UTC."""
    return name == "UTC" or name in zones()
