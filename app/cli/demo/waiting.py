"""Who waits at a demo business: for what is taken, for something earlier, and one who is offered a time right now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import and_, select

from app.appointments.models import Appointment, Booking
from app.cli.demo.story import Story
from app.core.actor import VISITOR
from app.core.db import db
from app.core.errors import DomainError
from app.customers.meeting import Contact
from app.schedule.models import Allocation, Resource
from app.waitlist.joining import join, want_earlier
from app.waitlist.models import WaitlistEntry
from app.waitlist.wishes import Wanted

MOST_TRIED = 12
# What begins before that belongs to the night of the day before.
MORNING = 6 * 60


class Wish(NamedTuple):
    """A booking that somebody else would like to have, and what they wait for then."""

    booking: Booking
    wanted: Wanted


def let_wait(story: Story, guests: Sequence[Contact]) -> None:
    """Let these guests wait for times that are taken, and somebody who is booked for something earlier.

    Minutes ago somebody gave one of those times back, so it is offered to whoever waits for it.
    """
    waiting: list[tuple[WaitlistEntry, Booking]] = []
    for number, guest in enumerate(guests):
        asked_at = story.now - timedelta(hours=20 - 5 * number)
        story.at(asked_at, partial(_join, story, guest, waiting))
    story.at(story.now - timedelta(minutes=50), lambda now: _want_earlier(story, waiting, now))
    story.at(story.now - timedelta(minutes=10), lambda now: _give_one_back(story, waiting, now))


def _join(story: Story, guest: Contact, waiting: list[tuple[WaitlistEntry, Booking]], now: datetime) -> None:
    guest = replace(guest, language=story.business.language)
    chosen = {booking.id for _entry, booking in waiting}
    for booking, wanted in [it for it in _taken(story, now) if it.booking.id not in chosen][:MOST_TRIED]:
        try:
            with db.session.begin_nested():
                key = f"{story.business.slug}-{booking.id:016}"
                join(story.business, wanted, guest, key=key, by=VISITOR, now=now)
        except DomainError:
            continue
        theirs = select(WaitlistEntry).filter_by(business_id=story.business.id, contact_email=guest.email)
        waiting.append((db.session.scalars(theirs).one(), booking))
        return


def _want_earlier(story: Story, waiting: Sequence[tuple[WaitlistEntry, Booking]], now: datetime) -> None:
    """Whoever comes last of those whom a time suits that somebody else has."""
    taken, chosen = _taken(story, now), {booking.id for _entry, booking in waiting}
    for mine in reversed(_taken(story, now, full=False)):
        target = next((it for it in taken if _could_have(mine, it)), None)
        if target and mine.booking.id not in chosen:
            want_earlier(story.business, mine.booking, target.wanted, by=VISITOR, now=now)
            return


def _could_have(mine: Wish, other: Wish) -> bool:
    """Whether it is the same service with the same person on a day before."""
    is_same = (mine.wanted.service_id, mine.wanted.person_id) == (
        other.wanted.service_id,
        other.wanted.person_id,
    )
    return is_same and other.wanted.until_on < mine.wanted.from_on


def _give_one_back(story: Story, waiting: Sequence[tuple[WaitlistEntry, Booking]], now: datetime) -> None:
    for entry, booking in waiting:
        story.cancel(booking, now, by=VISITOR)
        db.session.refresh(entry)
        if entry.status == "offered":
            return


def _taken(story: Story, now: datetime, *, full: bool = True) -> list[Wish]:
    """What is booked from tomorrow on in the next two weeks, by start; where it is `full`, or anywhere."""
    person = (
        select(Allocation.resource_id)
        .join(
            Resource,
            and_(Resource.business_id == Allocation.business_id, Resource.id == Allocation.resource_id),
        )
        .where(
            Allocation.business_id == Appointment.business_id,
            Allocation.appointment_id == Appointment.id,
            Allocation.need == 1,
            Resource.kind == "staff",
        )
        .limit(1)
        .scalar_subquery()
    )
    found = (
        select(Booking, Appointment, person)
        .join(
            Appointment,
            and_(Appointment.business_id == Booking.business_id, Appointment.id == Booking.appointment_id),
        )
        .where(
            Booking.business_id == story.business.id,
            Booking.status == "confirmed",
            Booking.series.is_(None),
            Booking.customer_id.is_not(None),
            Booking.places == 1,
            Appointment.starts_at.between(now + timedelta(hours=26), now + timedelta(days=14)),
        )
        .order_by(Appointment.starts_at, Booking.id)
    )
    if full:
        found = found.where(Appointment.places_taken >= Appointment.capacity)
    wishes = []
    for booking, appointment, somebody in db.session.execute(found):
        begins = booking.local_start.hour * 60 + booking.local_start.minute
        if begins < MORNING:
            continue
        day = booking.local_start.date()
        until = begins + int((appointment.ends_at - appointment.starts_at).total_seconds()) // 60
        wanted = Wanted(
            appointment.service_id, day, day, somebody, 1, from_min=begins, until_min=min(until, 2880)
        )
        wishes.append(Wish(booking, wanted))
    return wishes
