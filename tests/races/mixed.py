"""A shop on its busiest day: everything that can be done to its time is done by several processes, at random."""

import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import NoResultFound

from app.appointments import answering, class_dates, class_times, jobs, transferring
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.overriding import overridable
from app.appointments.placing import Wish
from app.appointments.settling import settle
from app.business_hours import special
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.db import PASSING, db
from app.schedule.loading import Part
from app.schedule.models import ClassTime
from app.schedule.wall_clock import epoch_minute
from app.services.models import Service
from tests.races import acts
from tests.races.clients import next_open
from tests.races.crew import done, perform
from tests.races.places import AGED, a_place, a_service, rooms_at
from tests.serving import Served

CUSTOMERS = "ann", "ben", "cleo", "dan"
FLOWS = [f"the-flow-of-window-{number}" for number in range(5)]


def starts() -> tuple[int, ...]:
    """Each quarter of an hour of two mornings, in epoch minutes."""
    nine = [epoch_minute(next_open(9, days)) for days in (7, 8)]
    return tuple(begin + 15 * quarter for begin in nine for quarter in range(16))


@dataclass(frozen=True)
class Shop:
    """Three people, two rooms; a haircut, a massage in a room, one that has to be asked for, and yoga in a room."""

    business: int
    people: tuple[int, ...]
    rooms: tuple[int, ...]
    services: tuple[int, ...]
    yoga: int
    starts: tuple[int, ...] = field(default_factory=starts)

    def class_at(self, weekday: int, hour: int, person: int) -> tuple[Any, ...]:
        """Yoga once a week, as `acts.put_on_timetable` wants it."""
        return self.business, self.yoga, (person, self.rooms[0]), weekday, hour * 60


def a_busy_shop(served: Served) -> Shop:
    """The shop, with yoga on the timetable."""
    place = a_place(served, 3)
    rooms = rooms_at(served, place, 2)
    massage = a_service(served, place, place.people, rooms, name="Massage", minutes=45, after_min=15)
    asked = a_service(served, place, place.people, name="Wedding", approval=True)
    yoga = a_service(served, place, place.people, rooms, name="Yoga", capacity=4, minutes=60, advance_days=21)
    shop = Shop(place.business, place.people, rooms, (place.service, massage, asked), yoga)
    for days in (7, 8):
        class_time = shop.class_at(next_open(9, days).weekday(), 10, place.people[0])
        done(served, acts.put_on_timetable, *class_time)
    return shop


@dataclass
class Report:
    """How often each deed ended how, and what should never have happened."""

    seed: int
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass
class Day:
    """One process's day."""

    shop: Shop
    random: Random

    @property
    def business(self) -> Business:
        return db.session.get_one(Business, self.shop.business)

    @property
    def start(self) -> int:
        return self.random.choice(self.shop.starts)

    @property
    def despite(self) -> Sequence[Any]:
        """Now and then a manager decides against all there is."""
        return tuple(overridable("manager")) if self.random.random() < 0.15 else ()

    def one_of(self, row: type[Any], *conditions: Any) -> Any:
        """Any row of the shop like this, as it was a moment ago."""
        of_shop = select(row).where(row.business_id == self.shop.business, *conditions)
        return self.random.choice(db.session.scalars(of_shop.order_by(row.id)).all())

    def wish(self) -> Wish:
        """A service or two, or one or two places in yoga."""
        if self.random.random() < 0.3:
            date = self.one_of(Appointment, Appointment.scheduled)
            return Wish(self.shop.yoga, epoch_minute(date.starts_at), places=self.random.choice((1, 1, 2)))
        first, other = self.random.choices(self.shop.services, k=2)
        person = self.random.choice((None, *self.shop.people))
        then = (Part(other),) if self.random.random() < 0.3 else ()
        return Wish(first, self.start, person, then=then)


def work(app: Flask, shop: Shop, seed: int, seconds: float) -> Report:
    """Do one thing after the other for so long."""
    day, report = Day(shop, Random(seed)), Report(seed)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        [deed] = day.random.choices(list(DEEDS), list(DEEDS.values()))
        try:
            word, value = perform(app, deed, day)
            if len(word) == 5 and word not in PASSING:
                report.faults.append(f"{deed.__name__}: {value}")
        except (IndexError, NoResultFound):  # Another may have let go of it since it was chosen.
            word = "nothing there"
        except Exception:
            word = "broke"
            report.faults.append(f"{deed.__name__}: {traceback.format_exc()}")
        report.tally[deed.__name__, word] += 1
    return report


def hold(day: Day) -> None:
    acts.hold(day.shop.business, day.wish(), day.random.choice(FLOWS))


def confirm(day: Day) -> None:
    unfinished = Booking.status.in_(("held", "expired")), Booking.customer_id.is_(None)
    acts.confirm(day.shop.business, day.one_of(Booking, *unfinished).id, day.random.choice(CUSTOMERS))


def book(day: Day) -> None:
    acts.book(day.shop.business, day.wish(), day.despite, day.random.choice(CUSTOMERS))


def book_series(day: Day) -> None:
    first = Wish(day.random.choice(day.shop.services), day.start, day.random.choice(day.shop.people))
    acts.book_series(day.shop.business, [first, replace(first, start=first.start + 7 * 24 * 60)])


def cancel(day: Day) -> None:
    acts.cancel(day.shop.business, day.one_of(Booking, Booking.live).id)


def undo(day: Day) -> None:
    acts.undo(day.shop.business, day.one_of(Booking, Booking.live.is_(None)).id)


def answer(day: Day) -> None:
    asked = day.one_of(Booking, Booking.status == "requested")
    day.random.choice((answering.accept, answering.decline))(day.business, asked, **acts.by_anna())


def move(day: Day) -> None:
    it = day.one_of(Appointment, Appointment.live)
    version = day.random.choice((None, it.version, it.version - 1))
    person = day.random.choice((None, *day.shop.people))
    acts.move(day.shop.business, it.id, day.start, version, person, day.despite)


def swap(day: Day) -> None:
    one, other = (day.one_of(Appointment, Appointment.live) for _ in range(2))
    acts.swap(day.shop.business, one.id, other.id, (one.version, other.version))


def move_place(day: Day) -> None:
    """Somebody in yoga comes on another date."""
    dates = select(Appointment.id).filter_by(business_id=day.shop.business, scheduled=True)
    booking = day.one_of(Booking, Booking.live, Booking.appointment_id.in_(dates))
    to = day.one_of(Appointment, Appointment.scheduled).id
    transferring.move_place(day.business, booking, date_id=to, despite=day.despite, **acts.by_anna())


def change_date(day: Day) -> None:
    """A date of yoga is cancelled, or has more or fewer places."""
    date = day.one_of(Appointment, Appointment.scheduled)
    if day.random.random() < 0.5:
        class_dates.cancel_date(day.business, date, **acts.by_anna())
    else:
        class_dates.change_places(day.business, date, day.random.randint(2, 6), **acts.by_anna())


def restore_date(day: Day) -> None:
    date = day.one_of(Appointment, Appointment.class_time_id.is_not(None), ~Appointment.live)
    class_dates.restore_date(day.business, date, **acts.by_anna())


def change_class(day: Day) -> None:
    yoga = db.session.get_one(Service, (day.shop.business, day.shop.yoga))
    class_times.change_capacity(day.business, yoga, day.random.randint(2, 6), **acts.by_anna())


def end_class(day: Day) -> None:
    """Yoga is taken off the timetable and put on at another time."""
    row = day.one_of(ClassTime)
    acts.take_off_timetable(day.shop.business, row.id, next_open(9, -7).date())
    person, hour = day.random.choice(day.shop.people), day.random.randint(9, 12)
    acts.put_on_timetable(*day.shop.class_at(row.weekday, hour, person))


def close(day: Day) -> None:
    """A day off, which is taken back more often than not."""
    when = next_open(9, day.random.choice((7, 8))).date()
    if day.random.random() < 0.3:
        acts.close(day.shop.business, when)
    else:
        special.clear_special_day(day.shop.business, when, **acts.by_anna())


def run_out(day: Day) -> None:
    """An hour passes for somebody who holds a time."""
    lock_schedule(day.shop.business)
    ticket, hour = day.one_of(Hold), timedelta(hours=1)
    ticket.created_at, ticket.expires_at = ticket.created_at - hour, ticket.expires_at - hour
    held = select(Booking.appointment_id).filter_by(business_id=ticket.business_id, hold_id=ticket.id)
    settle(ticket.business_id, *db.session.scalars(held))


def forget(day: Day) -> None:
    """A week passes for what was never finished, and the clock forgets it."""
    db.session.execute(text(AGED), {"business": day.shop.business})
    db.session.commit()
    jobs.forget_unfinished()


def sweep(_day: Day) -> None:
    jobs.expire_holds()
    jobs.expire_requests()


def lay(_day: Day) -> None:
    jobs.lay_timetables()


DEEDS: dict[Callable[[Day], None], int] = {
    hold: 30,
    confirm: 20,
    book: 10,
    book_series: 3,
    cancel: 14,
    undo: 8,
    answer: 4,
    move: 12,
    swap: 4,
    move_place: 5,
    change_date: 2,
    restore_date: 3,
    change_class: 1,
    end_class: 1,
    close: 2,
    run_out: 8,
    forget: 1,
    sweep: 3,
    lay: 1,
}
