"""What people and clocks do in a race, by ids that any process can use. Starts are epoch minutes; it is now."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from app.appointments import booking as members
from app.appointments import (
    cancelling,
    class_dates,
    class_times,
    holding,
    jobs,
    moving,
    rescheduling,
    swapping,
    undoing,
    withdrawing,
)
from app.appointments import series as all_dates
from app.appointments.booking import Decision
from app.appointments.confirming import confirm as confirming
from app.appointments.finding import bookings_of_visit
from app.appointments.holding import Visitor
from app.appointments.limiting import HoldLimits
from app.appointments.models import Appointment, Booking
from app.appointments.placing import Wish
from app.business_hours import away, special, weekly
from app.businesses.models import Business
from app.core import clock
from app.core.actor import VISITOR, Actor
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.class_times import Recurrence
from app.schedule.loading import Part
from app.schedule.models import ClassTime
from app.schedule.verdict import Refusal
from app.services.models import Service
from app.waitlist import joining as waitlist
from app.waitlist.models import WaitlistOffer
from app.waitlist.taking import take as taking
from app.waitlist.wishes import Wanted
from tests.factories import ANNA

LIMITS = HoldLimits(per_address=10_000, per_address_and_business=10_000, per_contact=10_000)


OLIVIA = Actor("customer", "Olivia Park")


def by_anna() -> dict[str, Any]:
    """A member, now."""
    return {"by": ANNA, "now": clock.now()}


def somebody(name: str | None = None) -> Decision:
    """For a customer of this name, or for one who has never been here."""
    return Decision(
        Contact("Grace Hopper", f"{name or secrets.token_hex(6)}@example.com".lower()), "book.example"
    )


def hold(business: int, wish: Wish, flow: str | None = None) -> int:
    """The booking of a visitor of their own, or of this flow."""
    visitor = Visitor(flow or secrets.token_urlsafe(12), "203.0.113.7", LIMITS)
    shop = db.session.get_one(Business, business)
    return holding.hold(shop, wish, visitor, by=VISITOR, now=clock.now()).id


def confirm(business: int, booking: int, name: str | None = None) -> None:
    shop, held = db.session.get_one(Business, business), _booking(business, booking)
    contact, host = somebody(name).contact, "book.example"
    confirming(shop, held, contact, by=VISITOR, now=clock.now(), host=host, limits=LIMITS)


def book(
    business: int, wish: Wish, despite: Sequence[Refusal] = (), name: str | None = None
) -> tuple[int, int]:
    """The booking of the first part and its appointment."""
    decision = replace(somebody(name), despite=despite)
    first, *_ = members.book(db.session.get_one(Business, business), wish, decision, **by_anna())
    return first.id, first.appointment_id


def book_series(business: int, wishes: Sequence[Wish]) -> int:
    """How many dates were booked."""
    return len(all_dates.book_series(db.session.get_one(Business, business), wishes, somebody(), **by_anna()))


def cancel(business: int, booking: int) -> None:
    cancelling.cancel(db.session.get_one(Business, business), _booking(business, booking), **by_anna())


def undo(business: int, booking: int) -> None:
    undoing.undo(db.session.get_one(Business, business), _booking(business, booking), **by_anna())


def move(
    business: int,
    appointment: int,
    start: int,
    version: int | None = None,
    person: int | None = None,
    despite: Sequence[Refusal] = (),
) -> None:
    moving.move(
        db.session.get_one(Business, business),
        db.session.get_one(Appointment, (business, appointment)),
        start=start,
        person_id=person,
        version=version,
        despite=despite,
        **by_anna(),
    )


def reschedule(
    business: int, booking: int, start: int, seen: str | None = None, anyone: bool = False
) -> None:
    """A customer moves their visit."""
    rescheduling.reschedule(
        db.session.get_one(Business, business),
        _booking(business, booking),
        start=start,
        seen=seen,
        anyone=anyone,
        by=OLIVIA,
        now=clock.now(),
    )


def withdraw(business: int, booking: int) -> None:
    """A customer cancels all of their visit."""
    found = _booking(business, booking)
    ids = [it.id for it in bookings_of_visit(business, found.visit)]
    shop = db.session.get_one(Business, business)
    withdrawing.withdraw(shop, found, ids, by=OLIVIA, now=clock.now())


def take_back(business: int, booking: int) -> None:
    """A customer books again what they cancelled a moment ago."""
    shop = db.session.get_one(Business, business)
    withdrawing.take_back(shop, _booking(business, booking), by=OLIVIA, now=clock.now())


def swap(business: int, one: int, other: int, versions: tuple[int, int]) -> None:
    pair = [db.session.get_one(Appointment, (business, it)) for it in (one, other)]
    swapping.swap(db.session.get_one(Business, business), *pair, versions=versions, **by_anna())


def cancel_date(business: int, appointment: int) -> None:
    date_ = db.session.get_one(Appointment, (business, appointment))
    class_dates.cancel_date(db.session.get_one(Business, business), date_, **by_anna())


def put_on_timetable(business: int, service: int, resources: Sequence[int], weekday: int, minute: int) -> int:
    """A class time at so many minutes from midnight, with one resource for each need, and its dates; its id."""
    made, _laid = class_times.put_on_timetable(
        db.session.get_one(Business, business),
        db.session.get_one(Service, (business, service)),
        Recurrence(weekday, minute),
        dict(enumerate(resources, 1)),
        **by_anna(),
    )
    return made.id


def take_off_timetable(business: int, class_time: int, last_on: date) -> list[int]:
    """The appointments after that day which stand because somebody is in them."""
    row = db.session.get_one(ClassTime, (business, class_time))
    shop = db.session.get_one(Business, business)
    return [it.id for it in class_times.take_off_timetable(shop, row, last_on, **by_anna())]


def close(business: int, day: date) -> list[int]:
    """A day on which the business is closed."""
    special.set_special_day(business, day, [], **by_anna())
    return affected(business, day)


def take_off(business: int, day: date, person: int) -> list[int]:
    """A day off for somebody."""
    away.add_days_off(business, day, day, person, **by_anna())
    return affected(business, day)


def shorten(business: int, day: date) -> list[int]:
    """A business that is not open on this weekday any more."""
    others = set(range(5)) - {day.weekday()}
    weekly.set_week(business, dict.fromkeys(others, [(540, 1080)]), **by_anna())
    return affected(business, day)


def affected(business: int, day: date) -> list[int]:
    """The bookings on that day that keep time, which whoever edits the rules is shown."""
    rows = select(Booking.id, Booking.local_start).filter_by(business_id=business, live=True)
    return [id_ for id_, starts in db.session.execute(rows) if starts.date() == day]


def wait(business: int, service: int, on: date, name: str) -> int:
    """Somebody waits for any time of a day; their entry."""
    wanted, contact = Wanted(service, on, on), somebody(name).contact
    shop, key = db.session.get_one(Business, business), f"{name:-<16}"
    return waitlist.write_down(shop, wanted, contact, key=key, **by_anna()).id


def take(business: int, entry: int) -> int:
    """Whoever waits takes what was offered to them last; the booking."""
    offer = last_offer(business, entry)
    shop = db.session.get_one(Business, business)
    taken = taking(shop, offer, by=VISITOR, now=clock.now(), host="book.example", limits=LIMITS)
    return taken.id


def last_offer(business: int, entry: int) -> WaitlistOffer:
    found = select(WaitlistOffer).filter_by(business_id=business, entry_id=entry)
    return db.session.scalars(found.order_by(WaitlistOffer.id.desc()).limit(1)).one()


def lay_timetables() -> int:
    return jobs.lay_timetables()


def sweep() -> int:
    return jobs.expire_holds()


def forget() -> int:
    return jobs.forget_unfinished()


def visit(services: Sequence[int], start: int, person: int | None = None) -> Wish:
    """Services right after each other, all by the same person if one is named."""
    first, *others = services
    only = () if person is None else (person,)
    return Wish(first, start, person, then=tuple(Part(it, only) for it in others))


def for_two(service: int, start: int) -> Wish:
    """The service for two who come at the same time."""
    return Wish(service, start, then=(Part(service, guest=2),), together=True)


def _booking(business: int, booking: int) -> Booking:
    return db.session.get_one(Booking, (business, booking))
