"""What a business offers and when it is free, in plain values for programs. Nothing in it says who booked what."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.appointments.choosing import Choice, written
from app.appointments.free_times import Time
from app.businesses.models import Business
from app.schedule.wall_clock import utc
from app.services.models import Service
from app.staff.menu import offer_of
from app.staff.team import Performer

BookAt = Callable[
    ..., str
]  # The whole address of the page of a choice: service, staff, date, start, places, zone.


def about(business: Business) -> dict[str, Any]:
    """What every answer says of the business."""
    return {"name": business.name, "zone": business.zone, "currency": business.currency}


def menu(services: Sequence[Service], people: Mapping[int, Sequence[Performer]]) -> list[dict[str, Any]]:
    """What can be booked, with whom, and what it costs at least (cents; null: told on site)."""
    return [
        {
            "id": service.id,
            "name": service.name,
            "minutes": service.minutes,
            "price_cents": offer_of(service, people[service.id]).cents,
            "places": service.capacity,
            "online": service.online,
            "staff": [{"id": person.id, "name": person.name} for person in people[service.id]],
        }
        for service in services
    ]


def chosen_service(choice: Choice) -> dict[str, Any]:
    """The service of a choice, with the length and the price of whoever was asked for."""
    part = choice.parts[0]
    return {
        "id": part.service.id,
        "name": part.service.name,
        "minutes": part.minutes,
        "price_cents": part.price_cents,
    }


def days(
    found: Mapping[date, Sequence[Time]], choice: Choice, zone: str, book_at: BookAt
) -> list[dict[str, Any]]:
    """The times of each day on the clock of `zone`."""
    query = written(choice.wanted)
    if choice.places > 1:
        query["places"] = str(choice.places)
    if choice.zone:
        query["zone"] = choice.zone
    clock = ZoneInfo(zone)
    return [
        {
            "date": day.isoformat(),
            "times": [
                {
                    "start": utc(time.start).astimezone(clock).isoformat(timespec="seconds"),
                    "minutes": time.lasts,
                    **({} if time.places is None else {"places_left": time.places}),
                    "address": book_at(**query, date=day.isoformat(), start=time.wire),
                }
                for time in times
            ],
        }
        for day, times in found.items()
    ]
