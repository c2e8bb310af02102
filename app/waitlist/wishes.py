"""What somebody waits for, apart from who they are."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _

from app.appointments.refusals import ServiceGone
from app.businesses.models import Business
from app.core.errors import DomainError
from app.schedule.wall_clock import local_date
from app.services.models import Service
from app.services.offering import bookable_services
from app.staff.team import performers_of
from app.waitlist.models import EVERY_WEEKDAY, WaitlistEntry

ANY_TIME = 0, 2880
# Minutes from the midnight before; what begins after midnight belongs to the evening.
PARTS_OF_DAY: dict[str, tuple[int, int]] = {
    "any": ANY_TIME,
    "morning": (0, 720),
    "afternoon": (720, 1020),
    "evening": (1020, 2880),
}
MOST_PLACES = 8


class OutsideWindow(DomainError):
    """Days that cannot be booked, however long one waits."""

    message = _("These days cannot be booked. Please choose later ones, or ask us.")


class NotTheirService(DomainError):
    """Somebody who does not do this."""

    message = _("That person does not do this. Please choose somebody else.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A service, with this person or anybody (None), on these days from one date to another, at these times.

    `weekdays` has bit 0 for Monday. Minutes are those of the shop's clock, and a start has to lie between them; an end
    after 1440 is in the night that follows.
    """

    service_id: int
    from_on: date
    until_on: date
    person_id: int | None = None
    places: int = 1
    weekdays: int = EVERY_WEEKDAY
    from_min: int = ANY_TIME[0]
    until_min: int = ANY_TIME[1]

    @property
    def columns(self) -> dict[str, Any]:
        """As an entry keeps it."""
        return asdict(self)

    @property
    def key(self) -> str:
        """The same for the same wish, and another for any other."""
        return ".".join(str(value) for value in self.columns.values())


def wanted_by(entry: WaitlistEntry) -> Wanted:
    """What an entry waits for."""
    return Wanted(*(getattr(entry, name) for name in Wanted.__slots__))


def part_of_day(from_min: int, until_min: int) -> str:
    """morning, afternoon, evening or any; `other` for hours of one's own."""
    return next((name for name, hours in PARTS_OF_DAY.items() if hours == (from_min, until_min)), "other")


def window_of(business: Business, service: Service | None, now: datetime) -> tuple[date, date]:
    """The first and the last day on which a service can be booked online; without one, the widest of the business."""
    today = local_date(now, business.zone)
    ahead = business.advance_days if service is None or service.advance_days is None else service.advance_days
    return today, today + timedelta(ahead)


def check(business: Business, wanted: Wanted, now: datetime) -> Service:
    """The service, if anybody can do this on such days at all. Raises ServiceGone, NotTheirService or OutsideWindow."""
    service = next((it for it in bookable_services(business.id) if it.id == wanted.service_id), None)
    if service is None:
        raise ServiceGone
    able = {it.id for it in performers_of(business.id, [service.id])[service.id]}
    if wanted.person_id is not None and wanted.person_id not in able:
        raise NotTheirService
    first, last = window_of(business, service, now)
    if wanted.until_on < first or wanted.from_on > last:
        raise OutsideWindow
    return service
