"""What a message has to know of its business; the room of the businesses answers."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shop:
    """Where a business is: its time zone and its country (ISO 3166)."""

    zone: str
    country: str


_answers: list[Callable[[int], Shop]] = []


def answer_for_shops(find: Callable[[int], Shop]) -> None:
    """Register who knows. Called when that room is imported."""
    _answers[:] = [find]


def shop_of(business_id: int) -> Shop:
    """Where a business is."""
    return _answers[0](business_id)
