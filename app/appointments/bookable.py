"""What a member may book for a customer: every service and everybody, or only what they do themselves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.appointments.belonging import people_open_to
from app.appointments.surveying import SurveyedDate, dates_ahead
from app.businesses.models import Membership
from app.services.arranging import Chapter, services_by_category
from app.services.models import Service
from app.staff.team import Performer, performers_of


@dataclass(frozen=True, slots=True)
class Bookable:
    """The services under their headings and who does each. `people` are whose time may be given; None: everybody's."""

    sections: Sequence[Chapter]
    performers: Mapping[int, Sequence[Performer]]
    people: Collection[int] | None

    @property
    def services(self) -> list[Service]:
        return [service for section in self.sections for service in section.services]


@dataclass(frozen=True, slots=True)
class ClassDate:
    """A date of a class that can be booked, and who leads it."""

    id: int
    starts_at: datetime
    ends_at: datetime
    leader: str | None
    leader_id: int | None
    places: int
    left: int


def bookable_by(membership: Membership) -> Bookable:
    """What this member may book: three statements, one more for staff."""
    return _done_by(membership.business_id, people_open_to(membership))


def shown_to(membership: Membership) -> Bookable:
    """What this member may ask about: everything, but of colleagues only where staff see when those are taken."""
    sees_others = membership.business.staff_see != "own"
    return _done_by(membership.business_id, None if sees_others else people_open_to(membership))


def _done_by(business_id: int, people: Collection[int] | None) -> Bookable:
    sections = _given_time(services_by_category(business_id))
    ids = [service.id for section in sections for service in section.services]
    able = performers_of(business_id, ids)
    if people is None:
        return Bookable(sections, able, None)
    own = {service: [it for it in those if it.id in people] for service, those in able.items()}
    theirs = [Chapter(it.category, [one for one in it.services if own[one.id]]) for it in sections]
    return Bookable([it for it in theirs if it.services], own, people)


def _given_time(sections: Sequence[Chapter]) -> list[Chapter]:
    """Without what is only ordered."""
    kept = [Chapter(at.category, [it for it in at.services if not it.is_only_ordered]) for at in sections]
    return [it for it in kept if it.services]


def class_dates(
    business_id: int, service_id: int, since: datetime, people: Collection[int] | None
) -> list[ClassDate]:
    """The next dates on the timetable that happen after `since` (UTC), led by one of these people: two statements."""
    return [
        _class_date(it)
        for it in dates_ahead(business_id, service_id, since)
        if it.appointment.live and it.appointment.scheduled and (people is None or it.leader_id in people)
    ]


def _class_date(it: SurveyedDate) -> ClassDate:
    date = it.appointment
    left = max(0, date.capacity - date.places_taken)
    return ClassDate(date.id, date.starts_at, date.ends_at, it.leader, it.leader_id, date.capacity, left)
