"""All that the page of today shows, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.appointments.calendar.people import Somebody
from app.appointments.day import DayBooking, bookings_between
from app.businesses.models import Membership
from app.dashboard.attention import (
    Notice,
    away_ahead,
    calendar_notices,
    class_notices,
    in_order,
    message_notices,
    money_notices,
    order_notices,
    page_notices,
    request_notices,
    visit_notices,
)
from app.dashboard.coming import Turn, turns
from app.dashboard.gaps import FreeTime, free_times, shortest_visits
from app.dashboard.near_days import ONE_DAY, WEEK, NearDays, near_days
from app.dashboard.people import people_shown_to
from app.dashboard.requests import Requests, requests_to
from app.dashboard.taken import Span, Stretch, taken_time
from app.dashboard.weeks import Weeks, weeks_of


@dataclass(frozen=True, slots=True)
class Today:
    """What a member has to know today: staff of their own, managers and owners of everybody."""

    people: Sequence[Somebody]
    bookings: Sequence[DayBooking]
    turns: Sequence[Turn]
    requests: Requests
    free: Sequence[FreeTime]
    notices: Sequence[Notice]
    weeks: Weeks

    @property
    def is_shared(self) -> bool:
        """Whether it is about several people, so that names have to be said."""
        return sum(it.active and it.is_person for it in self.people) > 1


def today_of(membership: Membership, today: date, now: datetime) -> Today:
    """Twelve statements, however many people there are and however much is booked."""
    business, people = membership.business, people_shown_to(membership)
    near = near_days(business, [it.id for it in people], today)
    begin, end = near.begin(today), near.begin(today + ONE_DAY)
    span = Span(begin, end, near.begin(today + WEEK))
    taken = taken_time(business.id, [it.id for it in people], away_ahead(near, people), span, now)
    requests, shortest = requests_to(membership, now), shortest_visits(business.id)
    own = None if membership.is_at_least("manager") else membership.user_id
    return Today(
        people=people,
        bookings=bookings_between(business, begin, end, now, staff_user_id=own),
        turns=turns(people, taken, (begin, end), now),
        requests=requests,
        free=free_times(near, people, taken, shortest, now),
        notices=_notices(membership, near, people, taken, requests, now),
        weeks=weeks_of(membership, near, people, shortest),
    )


def _notices(
    membership: Membership,
    near: NearDays,
    people: Sequence[Somebody],
    taken: Sequence[Stretch],
    requests: Requests,
    now: datetime,
) -> list[Notice]:
    return in_order(
        [
            *page_notices(membership, near),
            *order_notices(membership),
            *request_notices(requests.running_out),
            *visit_notices(near, {it.id: it for it in people}, taken, now),
            *class_notices(membership, people, now),
            *message_notices(membership, now),
            *money_notices(membership),
            *calendar_notices(membership, people, now),
        ]
    )
