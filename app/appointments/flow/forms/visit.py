"""The services of a visit as the address and the form name them.

The first is `service` and `staff`; those after it are `service2`, `staff2` and so on, with `guest2=2` where the second
of two guests has them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.appointments.choosing import Chosen
from app.services.models import Service
from app.staff.team import Performer, performers_of

MOST_PARTS = 6
ANYBODY = ("", "any")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent for one service of the visit."""

    service: str
    staff: str
    guest: int


@dataclass(frozen=True, slots=True)
class VisitForm:
    """What makes sense of what was sent, and whether something did not: a service, or a person, nobody knows here.

    `performers` are those who do each service.
    """

    parts: tuple[Chosen, ...] = ()
    performers: Mapping[int, Sequence[Performer]] = field(default_factory=dict)
    unknown_service: bool = False
    unknown_person: bool = False


def read_visit(
    business_id: int, services: Sequence[Service], sent: Mapping[str, str], *, everybody: bool
) -> VisitForm:
    """The services that were sent, as far as they are offered together. One statement, for whoever does them.

    With `everybody` it asks who does each of the services.
    """
    asked = _asked(sent)
    if not asked and len(services) == 1:
        asked = [Asked(str(services[0].id), sent.get("staff", ""), 1)]
    known = {str(it.id): it for it in services}
    found = [(it, known[it.service]) for it in asked if it.service in known]
    # What happens at set times is had alone.
    alone = [pair for pair in found if pair[1].capacity > 1]
    found = alone[:1] if alone and found[0] == alone[0] else [pair for pair in found if pair not in alone]
    people = performers_of(
        business_id, [it.id for it in services] if everybody else [it.id for _, it in found]
    )
    parts, strangers = [], False
    for it, service in found:
        able = tuple(people[service.id])
        person = _person(able, it.staff)
        strangers |= person is None and it.staff not in ANYBODY
        parts.append(Chosen(service, able, person, it.guest))
    parts = as_first(sorted(parts, key=lambda part: part.guest))
    return VisitForm(tuple(parts), people, len(found) < len(asked), strangers)


def as_first(parts: Sequence[Chosen]) -> list[Chosen]:
    """Where the first guest has nothing left, the second is the only one."""
    if parts and all(part.guest > 1 for part in parts):
        return [replace(part, guest=1) for part in parts]
    return list(parts)


def _asked(sent: Mapping[str, str]) -> list[Asked]:
    found = []
    for number in range(1, MOST_PARTS + 1):
        end = str(number) if number > 1 else ""
        service = sent.get(f"service{end}", "")
        if service:
            guest = 2 if number > 1 and sent.get(f"guest{end}") == "2" else 1
            found.append(Asked(service, sent.get(f"staff{end}", ""), guest))
    return found


def _person(people: Sequence[Performer], sent: str) -> Performer | None:
    return next((it for it in people if str(it.id) == sent), None)
