"""Rows for tests, as functions: each makes what it needs itself, and says only what a test cares about."""

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient

from app.appointments.class_times import put_on_timetable
from app.appointments.confirming import confirm
from app.appointments.holding import Visitor, hold
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.placing import Wish
from app.appointments.timetabling import Laid
from app.auth.accounts import create_user
from app.auth.models import User
from app.auth.passwords import hash_password
from app.auth.sessions import start_session
from app.business_hours import weekly
from app.businesses import opening
from app.businesses.joining import join
from app.businesses.models import Business, Membership, Schedule
from app.core import clock
from app.core.actor import SYSTEM, VISITOR, Actor
from app.core.db import db
from app.customers.meeting import Contact
from app.customers.models import Customer
from app.schedule import serving
from app.schedule.class_times import Recurrence
from app.schedule.models import Allocation
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from app.services import offering
from app.services.models import Service
from app.staff import hiring
from app.staff.models import StaffMember

R = TypeVar("R")


def by_the_system(act: Callable[..., R]) -> Callable[..., R]:
    """The act as Daybook itself does it, now."""

    @functools.wraps(act)
    def done(*args: Any, **kwargs: Any) -> R:
        return act(*args, by=SYSTEM, now=clock.now(), **kwargs)

    return done


add_need = by_the_system(serving.add_need)
add_resource = by_the_system(serving.add_resource)
add_service = by_the_system(offering.add_service)
found_business = by_the_system(opening.found_business)
hire = by_the_system(hiring.hire)
set_rota = by_the_system(weekly.set_rota)
set_week = by_the_system(weekly.set_week)

BERLIN = ZoneInfo("Europe/Berlin")
PASSWORD = "four quiet herons"
_hash_of_password = hash_password(PASSWORD)
_numbers = itertools.count(1)


def a_user(email: str | None = None, name: str = "Maya Lindqvist", **more: Any) -> User:
    """Somebody who signs in with PASSWORD; `more` are further columns."""
    user = create_user(email or f"person{next(_numbers)}@example.com", name, by=SYSTEM, now=clock.now())
    user.password_hash = _hash_of_password
    for column, value in more.items():
        setattr(user, column, value)
    db.session.flush()
    return user


def a_business(slug: str | None = None, name: str = "Ann's Salon", **more: Any) -> Business:
    """An open business in Berlin; `more` are further columns."""
    columns = {"status": "open", "zone": "Europe/Berlin"} | more
    return found_business(slug or f"salon-{next(_numbers)}", name, **columns)


def zone_at_noon() -> str:
    """The zone where it is about noon now, for days that must not end while a test looks at them."""
    east = 12 - clock.now().hour
    # POSIX counts west of Greenwich: Etc/GMT-2 is two hours east of it (tz database, file etcetera).
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


def a_membership(business: Business, role: str = "owner", user: User | None = None) -> Membership:
    """Somebody who works in the business."""
    return join(business, user or a_user(), role, by=SYSTEM, now=clock.now())


def signed_in(app: Flask, user: User) -> FlaskClient:
    """A browser in which this user is signed in."""
    token, _ = start_session(user, clock.now(), remembered=False)
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    return browser


def a_visit(
    business: Business,
    starts_at: datetime,
    *,
    status: str = "confirmed",
    minutes: int = 45,
    person: StaffMember | None = None,
    customer: str = "Olivia Park",
    hold_minutes: int = 10,
) -> Booking:
    """A booking with its rows written directly, whatever the engine would say to the time."""
    person = person or hire(business.id, "Maya")
    service = add_service(business.id, "Haircut", minutes=minutes, price_cents=4500)
    ends_at = starts_at + timedelta(minutes=minutes)
    live = status not in ("cancelled", "declined", "expired")
    appointment = Appointment(
        business_id=business.id, service_id=service.id, starts_at=starts_at, ends_at=ends_at, live=live
    )
    held = status in ("held", "pending_payment")
    hold = Hold(
        business_id=business.id,
        created_at=clock.now() - timedelta(minutes=20),
        expires_at=clock.now() + timedelta(minutes=hold_minutes),
        limit_at=clock.now() + timedelta(minutes=60),
    )
    who = Customer(business_id=business.id, name=customer)
    db.session.add_all([appointment, who, *([hold] if held else [])])
    db.session.flush()
    stretch = {"starts_at": starts_at, "ends_at": ends_at, "live": live}
    db.session.add(
        Allocation(
            business_id=business.id, resource_id=person.resource_id, appointment_id=appointment.id, **stretch
        )
    )
    booking = Booking(
        business_id=business.id,
        appointment_id=appointment.id,
        customer_id=None if status == "held" else who.id,
        hold_id=hold.id if held else None,
        status=status,
        service_name=service.name,
        performer_name="Maya",
        minutes=minutes,
        total_cents=4500,
        currency=business.currency,
        zone=business.zone,
        local_start=starts_at.astimezone(ZoneInfo(business.zone)).replace(tzinfo=None),
        contact_name=None if status == "held" else customer,
        contact_email=None if status == "held" else "olivia@guest.example",
    )
    db.session.add(booking)
    db.session.flush()
    return booking


def rules_version(business_id: int) -> int:
    """How often hours, services, people and spaces were edited."""
    return db.session.get_one(Schedule, business_id, populate_existing=True).rules_version


@dataclass(frozen=True)
class Shop:
    """A business that can be booked: open Monday to Friday, 09:00 to 18:00 in Berlin, with one service."""

    business: Business
    service: Service
    people: tuple[StaffMember, ...]

    @property
    def person(self) -> StaffMember:
        return self.people[0]

    @property
    def page(self) -> str:
        return f"/b/{self.business.slug}/book"


def a_shop(people: int = 1, *, minutes: int = 30, price_cents: int | None = 4500, **columns: Any) -> Shop:
    """A shop with so many people who all do its one service; `columns` are further columns of the service."""
    business = a_business(notice_amount=0, country="DE", phone="+49 30 5550142")
    set_week(business.id, dict.fromkeys(range(5), [(540, 1080)]))
    team = tuple(hire(business.id, name) for name in ("Maya", "Tomás", "June", "Ravi", "Ada", "Kai")[:people])
    service = add_service(business.id, "Haircut", minutes=minutes, price_cents=price_cents, **columns)
    add_need(business.id, service.id, [Server(person.resource_id) for person in team])
    return Shop(business, service, team)


def berlin(text: str) -> datetime:
    """A wall-clock time in Berlin as an aware moment: berlin("2027-03-02 10:00")."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def a_wish(shop: Shop, at: datetime, person: StaffMember | None = None) -> Wish:
    """The shop's service at a time, with somebody or anybody."""
    return Wish(shop.service.id, epoch_minute(at), person.resource_id if person else None)


def a_visitor(flow: str | None = None, address: str = "203.0.113.7", **more: Any) -> Visitor:
    """Somebody without an account, each with a flow of their own."""
    return Visitor(flow or f"flow-of-somebody-{next(_numbers)}", address, **more)


def a_hold(
    shop: Shop, at: datetime, visitor: Visitor | None = None, person: StaffMember | None = None
) -> Booking:
    """A time held for somebody, now."""
    wish = a_wish(shop, at, person)
    business = db.session.get_one(Business, shop.business.id)
    return hold(business, wish, visitor or a_visitor(), by=VISITOR, now=clock.now())


def a_booking(
    shop: Shop, at: datetime, email: str = "olivia@example.com", person: StaffMember | None = None
) -> Booking:
    """A time that is booked, by the same acts customers use."""
    booking = a_hold(shop, at, person=person)
    contact = Contact("Olivia Park", email)
    business = db.session.get_one(Business, shop.business.id)
    confirm(business, booking, contact, by=VISITOR, now=clock.now(), host="book.example")
    return booking


ANNA = Actor("member", "Anna", source="staff")


def a_class_date(shop: Shop, at: datetime, person: StaffMember | None = None) -> Appointment:
    """A date of the shop's class, on its timetable, with its time taken and nobody in it yet."""
    ends_at = at + timedelta(minutes=shop.service.minutes or 60)
    date = Appointment(
        business_id=shop.business.id,
        service_id=shop.service.id,
        starts_at=at,
        ends_at=ends_at,
        capacity=shop.service.capacity,
        scheduled=True,
    )
    db.session.add(date)
    db.session.flush()
    taken = {"resource_id": (person or shop.person).resource_id, "starts_at": at, "ends_at": ends_at}
    db.session.add(Allocation(business_id=shop.business.id, appointment_id=date.id, **taken))
    db.session.flush()
    return date


def a_timetable(
    shop: Shop, weekday: int = 1, starts_min: int = 18 * 60, person: StaffMember | None = None
) -> Laid:
    """The shop's class every week at a time, Tuesdays at six in the evening; the dates that were laid."""
    resources = {1: (person or shop.person).resource_id}
    when = Recurrence(weekday, starts_min)
    business = db.session.get_one(Business, shop.business.id)
    return put_on_timetable(business, shop.service, when, resources, by=SYSTEM, now=clock.now())[1]


def rooms_of(shop: Shop, *names: str) -> list[int]:
    """Rooms of the shop, one of which its service takes from now on; their ids."""
    rooms = [add_resource(shop.business.id, "space", name).id for name in names]
    add_need(shop.business.id, shop.service.id, [Server(room) for room in rooms], "space")
    return rooms
