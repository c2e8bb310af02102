"""The list as members see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from app.appointments.bookable import Bookable, bookable_by
from app.appointments.free_times import Time
from app.businesses.models import Business, Membership
from app.core.db import db
from app.core.paging import Page, nearest_page
from app.schedule.models import Resource
from app.services.models import Service
from app.waitlist.fitting import Fitting
from app.waitlist.line import IN_LINE, WAITS, offers_of
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from app.waitlist.wishes import part_of_day, wanted_by

PAGE = 50
MOST_TIMES = 24
_IN_ORDER = (Service.position, Service.id, *IN_LINE)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the list; `person` is whom they ask for, `offers` what they were offered, the latest first."""

    entry: WaitlistEntry
    service: Service
    person: str | None
    offers: Sequence[WaitlistOffer]
    is_first: bool
    is_last: bool

    @property
    def part(self) -> str:
        return part_of_day(self.entry.from_min, self.entry.until_min)

    @property
    def open(self) -> WaitlistOffer | None:
        return next((it for it in self.offers if it.status == "open"), None)


def waiting_list(membership: Membership, page: int = 1) -> Page[Waiting]:
    """Who waits, by service and in line; to staff those who could come to them. A page that does not exist is the last.

    Four statements, a few more for staff.
    """
    open_ = _open_to(membership)
    total = db.session.scalar(open_.with_only_columns(func.count()).order_by(None)) or 0
    page = nearest_page(page, total, PAGE)
    rows = db.session.execute(
        open_.add_columns(
            Service,
            Resource.name,
            func.row_number().over(partition_by=WaitlistEntry.service_id, order_by=IN_LINE),
            func.count().over(partition_by=WaitlistEntry.service_id),
        )
        .options(joinedload(WaitlistEntry.customer))
        .order_by(*_IN_ORDER)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    offers = offers_of(membership.business_id, [row[0].id for row in rows])
    found = [
        Waiting(entry, service, person, offers[entry.id], place == 1, place == count)
        for entry, service, person, place, count in rows
    ]
    return Page(found, total, page, PAGE)


def page_with(membership: Membership, entry: WaitlistEntry) -> int:
    """The page of the list on which this member finds somebody who waits; the first where they do not."""
    ids = list(
        db.session.scalars(_open_to(membership).with_only_columns(WaitlistEntry.id).order_by(*_IN_ORDER))
    )
    return ids.index(entry.id) // PAGE + 1 if entry.id in ids else 1


def by_service(rows: Sequence[Waiting]) -> list[tuple[Service, list[Waiting]]]:
    """The same under their services."""
    return [
        (those[0].service, those)
        for _id, found in groupby(rows, lambda it: it.service.id)
        if (those := list(found))
    ]


def find_waiting(membership: Membership, entry_id: int) -> WaitlistEntry | None:
    """An entry of the list this member sees, whether or not it has ended."""
    entry = db.session.get(WaitlistEntry, (membership.business_id, entry_id))
    if entry is None or membership.is_at_least("manager"):
        return entry
    return entry if _sees(bookable_by(membership), entry) else None


def times_for(business: Business, entry: WaitlistEntry, now: datetime) -> list[Time]:
    """The next times that suit somebody and are free."""
    wanted = wanted_by(entry)
    free = Fitting(business, [wanted], now)
    slots = list(islice(free.fits(wanted), MOST_TIMES))
    return free.times(wanted, slots)


def _open_to(membership: Membership) -> Select[WaitlistEntry]:
    rows = (
        select(WaitlistEntry)
        .join(
            Service,
            (Service.business_id == WaitlistEntry.business_id) & (Service.id == WaitlistEntry.service_id),
        )
        .outerjoin(
            Resource,
            (Resource.business_id == WaitlistEntry.business_id) & (Resource.id == WaitlistEntry.person_id),
        )
        .where(WaitlistEntry.business_id == membership.business_id, WaitlistEntry.status.in_(WAITS))
    )
    return rows if membership.is_at_least("manager") else rows.where(*_theirs(bookable_by(membership)))


def _theirs(may: Bookable) -> Sequence[ColumnElement[bool]]:
    return (
        WaitlistEntry.service_id.in_([it.id for it in may.services]),
        WaitlistEntry.person_id.is_(None) | WaitlistEntry.person_id.in_(may.people or ()),
    )


def _sees(may: Bookable, entry: WaitlistEntry) -> bool:
    does_it = entry.service_id in {it.id for it in may.services}
    return does_it and (entry.person_id is None or entry.person_id in (may.people or ()))
