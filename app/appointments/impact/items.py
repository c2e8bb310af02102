"""What a change touches, as somebody decides about it: whose it is, what is wrong with it, what can be done."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.appointments.ahead import expected
from app.appointments.impact.affected import Affected, Trouble, Why
from app.appointments.impact.money import paid_by_visit
from app.appointments.impact.proposing import Piece, Proposal, Somebody, propose
from app.appointments.models import Booking
from app.appointments.reaching import may_text
from app.appointments.shapes import shape_of
from app.businesses.models import Business
from app.core.db import db
from app.schedule.allocating import taken_by_each
from app.schedule.models import Resource

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Item:
    """An appointment a change touches: its bookings, what is wrong (in the order in which it is said), the ways out.

    Moments are UTC. `proposal` is the nearest time that is free by the new rules; `others` are those who could take
    it when it is. `goes_back` (minor units) is what was paid for it. `reachable`: somebody in it can be written to.
    """

    appointment_id: int
    service: str
    starts_at: datetime
    ends_at: datetime
    customers: Sequence[str]
    person: str | None
    is_class: bool
    troubles: Sequence[tuple[Why, str | None]]
    proposal: Proposal | None = None
    others: Sequence[Somebody] = ()
    goes_back: int = 0
    currency: str = ""
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything a change touches: the first of it with the ways out, and how much there is besides."""

    items: Sequence[Item]
    more: int
    fingerprint: str
    ids: Sequence[int] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.items) + self.more


def impact_of(
    business: Business, found: Affected, now: datetime, people: Collection[int] | None = None
) -> Impact:
    """What a change touches, with the new rules in the database. With `people` only to these it can be given.

    About a dozen statements, whatever is booked; and some for each visit that was paid.
    """
    ids = list(found.troubles)
    shown = ids[:MOST_SHOWN]
    bookings = bookings_of(business.id, shown)
    taken = taken_by_each(business.id, shown)
    pieces = {
        it: Piece(shape_of(those[0].appointment, those, taken[it]), those, *_kinds(found.troubles[it]))
        for it, those in bookings.items()
        if taken[it]
    }
    ways = propose(business, pieces, now, people)
    names = _names(business.id, {it.resource for those in found.troubles.values() for it in those})
    paid = paid_by_visit(business, [it for those in bookings.values() for it in those], now)
    texts = may_text(business.id)
    items = []
    for it in shown:
        those = bookings[it]
        first = those[0]
        items.append(
            Item(
                appointment_id=it,
                service=first.service_name,
                starts_at=first.appointment.starts_at,
                ends_at=first.appointment.ends_at,
                customers=[booking.contact_name or "" for booking in those],
                person=first.performer_name,
                is_class=first.appointment.is_class,
                troubles=[(why, names.get(whose or 0)) for why, whose in found.troubles[it]],
                proposal=ways[it].proposal if it in ways else None,
                others=ways[it].others if it in ways else (),
                goes_back=sum(paid.get(booking.id, 0) for booking in those),
                currency=first.currency,
                reachable=any(_can_be_told(booking, texts) for booking in those),
            )
        )
    return Impact(items, len(ids) - len(shown), found.fingerprint, ids)


def bookings_of(business_id: int, appointment_ids: Collection[int]) -> dict[int, list[Booking]]:
    """Who waits for these appointments, by appointment: one statement."""
    rows = (
        select(Booking)
        .options(joinedload(Booking.appointment))
        .where(Booking.business_id == business_id, Booking.appointment_id.in_(appointment_ids), expected())
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    )
    found = defaultdict[int, list[Booking]](list)
    for booking in db.session.scalars(rows):
        found[booking.appointment_id].append(booking)
    return found


def _kinds(troubles: Sequence[Trouble]) -> tuple[bool, bool]:
    """Whether the service is otherwise than it was made, and whether somebody else has its time too."""
    whys = {it.why for it in troubles}
    return Why.OTHERWISE in whys, Why.CLASH in whys


def _can_be_told(booking: Booking, texts: bool) -> bool:
    return bool(booking.contact_email or (texts and booking.contact_phone))


def _names(business_id: int, resource_ids: Collection[int | None]) -> Mapping[int, str]:
    found = select(Resource.id, Resource.name).where(
        Resource.business_id == business_id, Resource.id.in_([it for it in resource_ids if it is not None])
    )
    return {row.id: row.name for row in db.session.execute(found)}
