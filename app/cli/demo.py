"""`flask demo`: a small business to look at, made with the same acts customers and owners use."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from app.appointments.class_times import put_on_timetable
from app.appointments.confirming import confirm
from app.appointments.holding import Visitor, hold
from app.appointments.placing import Wish
from app.auth.accounts import create_user, find_user, set_password
from app.auth.models import User
from app.business_hours.weekly import set_week
from app.businesses.finding import find_business
from app.businesses.joining import join
from app.businesses.models import Business
from app.businesses.opening import found_business
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db, work_patiently
from app.core.errors import DomainError
from app.core.mail import way_out
from app.customers.meeting import Contact
from app.schedule.class_times import Recurrence
from app.schedule.loading import load_facts
from app.schedule.serving import Server, add_need
from app.schedule.slots import open_slots
from app.schedule.wall_clock import days_between, local_date
from app.services.models import Service, ServiceCategory
from app.services.offering import add_service
from app.staff.hiring import hire
from app.staff.models import StaffMember

SLUG = "linden-studio"
PASSWORD = "salon-by-the-park"  # noqa: S105
MEMBERS = (
    ("owner@demo.example", "Maya Lindqvist", "owner"),
    ("manager@demo.example", "Tomás Ortega", "manager"),
    ("staff@demo.example", "June Lee", "staff"),
)
GUESTS = (
    ("Olivia Park", "olivia@guest.example"),
    ("Sam Whitfield", "sam@guest.example"),
    ("Noor Aziz", "noor@guest.example"),
    ("Ada Lovell", "ada@guest.example"),
    ("Priya Nair", "priya@guest.example"),
    ("Mina Costa", "mina@guest.example"),
    ("Leo Dahl", "leo@guest.example"),
    ("Elena Voss", "elena@guest.example"),
    ("Theo Ruiz", "theo@guest.example"),
    ("Kai Fischer", "kai@guest.example"),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample service: minutes and cents."""

    name: str
    description: str
    minutes: int
    cents: int
    after: int = 0
    places: int = 1
    category: str | None = None


SERVICES = (
    Sample("Signature haircut", "Consultation, wash, cut and finish", 45, 5800, category="Hair"),
    Sample(
        "Balayage and gloss", "Hand-painted colour with a toning gloss", 150, 21000, after=15, category="Hair"
    ),
    Sample("Beard sculpt", "Hot towel, shape and conditioning oil", 30, 3200, category="Beard and scalp"),
    Sample("Scalp renewal ritual", "Exfoliation, massage and mask", 60, 8400, category="Beard and scalp"),
    Sample("Children's cut", "Up to twelve years, patience included", 30, 2600, category="Hair"),
    Sample("Braiding evening", "Learn three braids with Maya, in a small group", 90, 3500, places=6),
)
HOUSE_RULES = """Please come five minutes early; there is tea.
If you are more than fifteen minutes late, we may have to shorten your appointment.

Dogs are welcome, as long as they like other dogs."""
IMPRINT = """Linden Studio GmbH
Bergmannstraße 14
10961 Berlin

Managing director: Maya Lindqvist
Telephone: +49 30 5550142
E-mail: hello@linden-studio.example"""
BRAIDING = Recurrence(weekday=3, starts_min=18 * 60 + 30)

demo = AppGroup("demo", help="A small business to look at.")


@demo.command("ensure")
def ensure() -> None:
    """Load the demo business if there is no business at all, and say how to sign in."""
    if current_app.config["DAYBOOK_ENV"] == "production":
        return
    work_patiently(current_app.config)
    if not db.session.query(Business.id).first():
        load(clock.now())
        db.session.commit()
    if find_business(SLUG):
        click.echo(f"Book as a customer:  {current_app.config['PUBLIC_BASE_URL']}/b/{SLUG}/")
        click.echo(f"Sign in as a member: {current_app.config['PUBLIC_BASE_URL']}/sign-in")
        for email, _name, role in MEMBERS:
            click.echo(f"  {role:8} {email}  {PASSWORD}")
    if way_out() == "mailbox":
        click.echo(f"Read what is sent:   {current_app.config['PUBLIC_BASE_URL']}/dev/mailbox/")


def load(now: datetime) -> Business:
    """The demo business with people, services, hours and two weeks of bookings. `now` is UTC."""
    business = found_business(
        SLUG,
        "Linden Studio",
        by=SYSTEM,
        now=now,
        status="open",
        listed=True,
        trade="hair",
        description="Cut, colour and care under the lime trees of Bergmannstraße.",
        street="Bergmannstraße 14",
        postcode="10961",
        city="Berlin",
        country="DE",
        zone="Europe/Berlin",
        currency="EUR",
        language="en-GB",
        email="hello@linden-studio.example",
        phone="+49 30 5550142",
        house_rules=HOUSE_RULES,
        imprint=IMPRINT,
        notice_amount=60,
    )
    weekdays = {day: [(540, 1080)] for day in range(5)} | {5: [(540, 900)]}
    set_week(business.id, weekdays, by=SYSTEM, now=now)
    people = _people(business, _members(business, now), now)
    able = (people, people[:2], people[1:], people[:3], people, people[:1])
    categories = _categories(business)
    services = [_service(business, categories, *those, now) for those in zip(SERVICES, able, strict=True)]
    maya = {1: people[0].resource_id}
    put_on_timetable(business, services[-1], BRAIDING, maya, by=SYSTEM, now=now)
    _bookings(business, now)
    return business


def _members(business: Business, now: datetime) -> list[User]:
    """The people who can sign in."""
    users = []
    for email, name, role in MEMBERS:
        user = find_user(email) or create_user(email, name, by=SYSTEM, now=now)
        set_password(user, PASSWORD, by=SYSTEM, now=now)
        join(business, user, role, by=SYSTEM, now=now)
        users.append(user)
    return users


def _people(business: Business, users: Sequence[User], now: datetime) -> list[StaffMember]:
    """Everybody who cuts hair, with weeks of their own where they differ from the shop's."""
    maya, tomas, june = users
    system: dict[str, Any] = {"by": SYSTEM, "now": now}
    people = [
        hire(
            business.id,
            "Maya",
            title="Owner and colourist",
            about="Eighteen years of colour. Ask her about balayage on dark hair.",
            colour=1,
            user_id=maya.id,
            **system,
        ),
        hire(business.id, "Tomás", title="Senior stylist", colour=3, user_id=tomas.id, **system),
        hire(business.id, "June", title="Stylist and barber", colour=6, user_id=june.id, **system),
        hire(business.id, "Ravi", title="Junior stylist", colour=9, **system),
    ]
    weeks = (
        (range(5), ((540, 750), (795, 1080))),
        (range(1, 6), ((600, 1080),)),
        ((0, 2, 4, 5), ((540, 780), (840, 1080))),
    )
    for person, (days, intervals) in zip(people, weeks, strict=False):
        set_week(business.id, dict.fromkeys(days, intervals), person.resource_id, **system)
    return people


def _categories(business: Business) -> dict[str | None, int]:
    """The headings of the sample services, by name, with their ids."""
    names = dict.fromkeys(sample.category for sample in SERVICES if sample.category)
    rows = [
        ServiceCategory(business_id=business.id, name=name, position=position)
        for position, name in enumerate(names, 1)
    ]
    db.session.add_all(rows)
    db.session.flush()
    return {row.name: row.id for row in rows}


def _service(
    business: Business,
    categories: dict[str | None, int],
    sample: Sample,
    people: Sequence[StaffMember],
    now: datetime,
) -> Service:
    """One sample service, done by these people."""
    service = add_service(
        business.id,
        sample.name,
        description=sample.description,
        minutes=sample.minutes,
        price_cents=sample.cents,
        after_min=sample.after,
        capacity=sample.places,
        category_id=categories.get(sample.category),
        position=SERVICES.index(sample),
        by=SYSTEM,
        now=now,
    )
    servers = [Server(person.resource_id) for person in people]
    add_need(business.id, service.id, servers, by=SYSTEM, now=now)
    return service


def _bookings(business: Business, now: datetime, days: int = 14) -> None:
    """About half of each day's time, taken the way customers take it, nobody twice a day."""
    chance = random.Random(7)
    today = local_date(now, business.zone)
    services = db.session.query(Service).filter_by(business_id=business.id).all()
    for day in days_between(today, today + timedelta(days)):
        for guest in chance.sample(GUESTS, len(GUESTS)):
            service = chance.choice(services)
            facts = load_facts(business, service.id, day, day, now)
            slots = open_slots(facts, [day], now)[day]
            if slots:
                _book(business, service, chance.choice(slots).start, Contact(*guest), now)


def _book(business: Business, service: Service, start: int, guest: Contact, now: datetime) -> None:
    """Hold and confirm like a customer; a time that turns out to be taken is left alone."""
    visitor = Visitor(f"demo-{start}-{guest.email}", "demo")
    try:
        with db.session.begin_nested():
            booking = hold(business, Wish(service.id, start), visitor, by=VISITOR, now=now)
            confirm(business, booking, guest, by=VISITOR, now=now, host="demo.example", tell=False)
    except DomainError:
        return
