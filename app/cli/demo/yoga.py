"""Tide Yoga in New York: a timetable of classes for twelve, two rooms and three teachers."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.appointments.class_dates import cancel_date
from app.appointments.class_times import put_on_timetable
from app.appointments.models import Appointment
from app.appointments.moving import move
from app.appointments.placing import Wish
from app.auth.models import User
from app.business_hours.away import add_days_off
from app.businesses.models import Business
from app.cli.demo.founding import Need, Sample, Somebody, acting, employ, found, furnish_with, offer
from app.cli.demo.guests import CHINESE, ENGLISH, HEBREW, HINDI, JAPANESE, KOREAN, SPANISH, Guests
from app.cli.demo.reviewing import let_review
from app.cli.demo.story import Habits, Story
from app.cli.demo.tills import Till, keep_till
from app.cli.demo.waiting import let_wait
from app.cli.demo.yoga_voices import VOICES
from app.core.actor import SYSTEM
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.class_times import Recurrence
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from app.services.models import Service
from app.staff.models import StaffMember

SLUG = "tide-yoga"
MEMBERS = (("yoga@demo.example", "Naomi Okafor", "owner"),)
HOUSE_RULES = """Doors close when class begins.
Mats, blocks and blankets are here; bring water and warm socks.

Tell your teacher about injuries and pregnancies before class."""
OPEN = dict.fromkeys(range(5), [(390, 1260)]) | dict.fromkeys((5, 6), [(480, 1080)])
PLACES = 12
MORNING, VINYASA, YIN, LESSON = range(4)
# Which class, on which weekday and at which minute, who leads it, and how many come in an ordinary week.
TIMETABLE = (
    (MORNING, 0, 420, 0, 4),
    (YIN, 0, 1110, 1, 7),
    (VINYASA, 1, 1080, 2, 9),
    (YIN, 2, 1110, 1, 6),
    (VINYASA, 4, 1050, 2, 7),
    (MORNING, 3, 420, 0, 4),
    (VINYASA, 5, 600, 2, 14),
    (YIN, 6, 630, 1, 9),
)
COMPANY = Contact("Harbor Print Works", "harbor.print@example.com")
WAITING = (
    Contact("Margo Whitfield", "margo.whitfield@example.com"),
    Contact("Ravi Deshpande", "ravi.deshpande@example.com", "+12125550157"),
    Contact("Inés Caballero", "ines.caballero@example.com"),
)
LANGUAGES = (
    (ENGLISH, 110),
    (SPANISH, 20),
    (CHINESE, 12),
    (KOREAN, 7),
    (HINDI, 4),
    (HEBREW, 4),
    (JAPANESE, 6),
)
HABITS = Habits(
    by_phone=0.08,
    cancels=0.09,
    notes=(
        "My left knee is still in rehab.",
        "First class ever!",
        "I may be two minutes late from work.",
        "Can I borrow a mat?",
    ),
    reasons=("Stuck at work", "Not feeling well today", "The train is not running"),
)
TILL = Till(cash=0.05, card=0.8, transfer=0.05, owes=0.02, unhappy=0.01, reasons=("The class was too full",))


@dataclass(frozen=True, slots=True)
class Studio:
    """The studio with everything its story needs to know."""

    business: Business
    users: list[User]
    people: list[StaffMember]
    services: list[Service]


def open_studio(now: datetime) -> Studio:
    """Tide Yoga before its first booking. `now` is UTC."""
    business, users = found(
        SLUG,
        "Tide Yoga",
        OPEN,
        MEMBERS,
        now,
        trade="fitness",
        description="Small classes above a bakery in Brooklyn. Come stiff, leave longer.",
        street="214 Court Street",
        postcode="11201",
        city="New York",
        country="US",
        lat=40.6865,
        lng=-73.9932,
        zone="America/New_York",
        currency="USD",
        language="en-US",
        email="hello@tide-yoga.example",
        phone="+12125550142",
        house_rules=HOUSE_RULES,
        notice_amount=30,
        advance_days=28,
        brand_hue=255,
    )
    people = _people(business, users, now)
    services = _services(business, people, now)
    return Studio(business, users, people, services)


def live_studio(studio: Studio, now: datetime) -> None:
    """From four weeks ago to `now`, with what is booked ahead."""
    story = Story(studio.business, acting(studio.users[0]), now, HABITS)
    guests = Guests(story.chance, LANGUAGES, "us", rest=1)
    for day in story.days:
        for which, weekday, minute, _, usual in TIMETABLE:
            if day.weekday() == weekday:
                _fill(story, studio.services[which], guests, story.moment(day, minute), usual)
        if day.weekday() in (1, 3):
            lesson = Wish(studio.services[LESSON].id, epoch_minute(story.moment(day, 600)))
            story.plan(lesson, guests.somebody(day))
    _changes(story, studio)
    story.at(story.now - timedelta(hours=30), lambda now: _sell_out(story, studio, now))
    let_wait(story, WAITING)
    keep_till(story, TILL)
    let_review(story, VOICES)
    story.tell()


def _people(business: Business, users: list[User], now: datetime) -> list[StaffMember]:
    return employ(
        business,
        (
            Somebody(
                "Naomi",
                "Founder",
                "Teaches the early hours. Believes in coffee after class, not before.",
                5,
                users[0],
            ),
            Somebody("Marcus", "Yin and breath", "A former dancer with all the time in the world.", 8),
            Somebody("Jiwoo", "Vinyasa", "Fast, precise and funny. Bring a towel.", 11),
        ),
        now,
    )


def _services(business: Business, people: list[StaffMember], now: datetime) -> list[Service]:
    rooms = furnish_with(business, ("Big room", "Little room"), now)
    teachers = Need([Server(it.resource_id) for it in people])
    big, little = (Need([Server(it.id)], "space") for it in rooms)
    menu = {
        Sample("Morning flow", "An easy start for every body", 50, 2200, "Classes", places=PLACES): [
            teachers,
            big,
        ],
        Sample(
            "Vinyasa", "Breath and movement, for people who like to sweat", 75, 2600, "Classes", places=PLACES
        ): [
            teachers,
            big,
        ],
        Sample("Yin and restore", "Long holds, blankets, candlelight", 75, 2400, "Classes", places=PLACES): [
            teachers,
            big,
        ],
        Sample(
            "Private lesson",
            "One to one, with a plan to take home",
            60,
            11_000,
            "One to one",
            deposit_bp=5000,
        ): [
            teachers,
            little,
        ],
    }
    services = offer(business, menu, now)
    for which, weekday, minute, leader, _ in TIMETABLE:
        fills = {1: people[leader].resource_id, 2: rooms[0].id}
        put_on_timetable(business, services[which], Recurrence(weekday, minute), fills, by=SYSTEM, now=now)
    return services


def _fill(story: Story, service: Service, guests: Guests, starts_at: datetime, usual: int) -> None:
    """About as many as usual want to come, some with a friend; who comes too late finds it full."""
    for _ in range(max(2, round(story.chance.gauss(usual, 1.6)))):
        places = 2 if story.chance.random() < 0.06 else 1
        story.plan(
            Wish(service.id, epoch_minute(starts_at), places=places),
            guests.somebody(starts_at.date(), returning=0.7),
        )


def _changes(story: Story, studio: Studio) -> None:
    """A class that cannot happen, and one that somebody else leads."""
    naomi, _, jiwoo = studio.people
    broken = story.moment(_next(story.today + timedelta(2), 2), 1110)
    led_by_others = story.moment(_next(story.today + timedelta(3), 1), 1080)

    def cancel(now: datetime) -> None:
        date_of = _date(story, studio.services[YIN], broken)
        cancel_date(story.business, date_of, by=story.member, now=now, reason="The boiler is being replaced")

    def stand_in(now: datetime) -> None:
        date_of = _date(story, studio.services[VINYASA], led_by_others)
        move(
            story.business,
            date_of,
            start=epoch_minute(led_by_others),
            person_id=naomi.resource_id,
            by=story.member,
            now=now,
            reason="Jiwoo is at a wedding",
        )

    def away(now: datetime) -> None:
        day = led_by_others.date()
        add_days_off(
            story.business.id, day, day, jiwoo.resource_id, reason="A wedding", by=story.member, now=now
        )

    story.at(story.now - timedelta(hours=20), cancel)
    story.at(story.now - timedelta(hours=30), stand_in)
    story.at(story.now - timedelta(hours=29), away)


def _sell_out(story: Story, studio: Studio, now: datetime) -> None:
    """A company takes all places that are left in the first class of the days ahead that somebody comes to."""
    rows = select(Appointment).where(
        Appointment.business_id == story.business.id,
        Appointment.live,
        Appointment.service_id == studio.services[VINYASA].id,
        Appointment.places_taken.between(2, Appointment.capacity - 1),
        Appointment.starts_at > now + timedelta(days=5),
    )
    date_of = db.session.scalars(rows.order_by(Appointment.starts_at, Appointment.id).limit(1)).first()
    if date_of:
        left = date_of.capacity - date_of.places_taken
        wish = Wish(date_of.service_id, epoch_minute(date_of.starts_at), places=left)
        story.book(wish, COMPANY, now, by=story.member, keeps=True)


def _date(story: Story, service: Service, starts_at: datetime) -> Appointment:
    found = select(Appointment).filter_by(
        business_id=story.business.id, service_id=service.id, starts_at=starts_at, live=True
    )
    return db.session.scalars(found).one()


def _next(day: date, weekday: int) -> date:
    """The first such weekday from a day on."""
    return day + timedelta((weekday - day.weekday()) % 7)
