"""Bar Luciérnaga in Madrid: tables and a games room, open until long after midnight."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.appointments.class_times import put_on_timetable
from app.appointments.placing import Wish
from app.auth.models import User
from app.business_hours.special import set_special_day
from app.businesses.models import Business
from app.cli.demo.bar_menu import COUNTER, RULES, SHELVES, TABLES
from app.cli.demo.bar_voices import VOICES
from app.cli.demo.founding import Need, Sample, Somebody, acting, employ, found, furnish_with, offer
from app.cli.demo.guests import ARABIC, CHINESE, ENGLISH, FRENCH, GERMAN, PORTUGUESE, SPANISH, Guests
from app.cli.demo.menus import sell
from app.cli.demo.ordering import keep_counter
from app.cli.demo.reviewing import let_review
from app.cli.demo.story import Habits, Story
from app.cli.demo.tills import Till, keep_till
from app.cli.demo.waiting import let_wait
from app.core.actor import SYSTEM, Actor
from app.customers.meeting import Contact
from app.schedule.class_times import Recurrence
from app.schedule.models import Resource
from app.schedule.serving import Server
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute
from app.services.models import Service
from app.staff.models import StaffMember

SLUG = "bar-luciernaga"
MEMBERS = (("bar@demo.example", "Inés Robledo", "owner"),)
HOUSE_RULES = """We keep your table for twenty minutes.
The kitchen closes at one, the bar when the last song is over.

The games room has table football, pinball, and chess for the brave."""
OPEN = {6: [(1080, 1500)]} | dict.fromkeys((1, 2, 3), [(1080, 1560)]) | dict.fromkeys((4, 5), [(1140, 1680)])
TWO, SIX, GAMES, PARTY, TASTING, QUIZ = range(6)
QUIZ_NIGHT = Recurrence(weekday=2, starts_min=20 * 60 + 30)
WAITING = (
    Contact("Lucía Ferrer", "lucia.ferrer@example.com"),
    Contact("Bastien Rolland", "bastien.rolland@example.com", "+33639982207"),
)
LANGUAGES = (
    (SPANISH, 120),
    (PORTUGUESE, 8),
    (ENGLISH, 14),
    (FRENCH, 8),
    (ARABIC, 6),
    (CHINESE, 5),
    (GERMAN, 10),
)
HABITS = Habits(
    by_phone=0.3,
    cancels=0.08,
    stays_away=0.06,
    notes=(
        "A birthday! Could there be a candle?",
        "One of us is allergic to nuts.",
        "Somewhere quiet, please.",
    ),
    reasons=("We are only two after all", "The babysitter is ill", "We are stuck in traffic"),
)
# How full the tables are from Tuesday to Sunday, Monday first.
BUSY = (0, 0.35, 0.45, 0.6, 0.85, 0.9, 0.4)
TILL = Till(reasons=("The table football was broken",), unhappy=0.05)


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar with everything its story needs to know."""

    business: Business
    users: list[User]
    people: list[StaffMember]
    tables: list[Resource]
    services: list[Service]


def open_bar(now: datetime) -> Bar:
    """Bar Luciérnaga before its first booking. `now` is UTC."""
    business, users = found(
        SLUG,
        "Bar Luciérnaga",
        OPEN,
        MEMBERS,
        now,
        trade="bar",
        description="Vermouth, small plates and a room full of games, until the last song is over.",
        street="Calle del Espíritu Santo 31",
        postcode="28004",
        city="Madrid",
        country="ES",
        lat=40.4262,
        lng=-3.7046,
        zone="Europe/Madrid",
        currency="EUR",
        language="en-GB",
        email="hola@luciernaga.example",
        house_rules=HOUSE_RULES,
        notice_amount=30,
        brand_hue=30,
    )
    people = employ(
        business,
        (
            Somebody("Inés", "Host", "Knows every vermouth by its first name.", 2, users[0]),
            Somebody("Diego", "Bartender", "Quiz master on Wednesdays, merciful on all other days.", 7),
        ),
        now,
    )
    tables = furnish_with(business, TABLES, now)
    services = _services(business, people, tables, now)
    fills = {1: people[1].resource_id, 2: tables[-1].id}
    put_on_timetable(business, services[QUIZ], QUIZ_NIGHT, fills, by=SYSTEM, now=now)
    sell(business, SHELVES, RULES, now)
    return Bar(business, users, people, tables, services)


def live_bar(bar: Bar, now: datetime) -> None:
    """From four weeks ago to `now`, with what is booked ahead."""
    story = Story(bar.business, acting(bar.users[0]), now, HABITS)
    guests = Guests(story.chance, LANGUAGES, "fr", rest=6)
    for day in story.days:
        for number, table in enumerate(bar.tables):
            _fill(story, bar, guests, day, table, number)
        if day.weekday() == QUIZ_NIGHT.weekday:
            _quiz(story, bar, guests, day)
    _parties(story, bar, guests)
    _long_night(story)
    let_wait(story, WAITING)
    keep_till(story, TILL)
    keep_counter(story, COUNTER, OPEN)
    let_review(story, VOICES)
    story.tell()


def _services(
    business: Business, people: list[StaffMember], tables: list[Resource], now: datetime
) -> list[Service]:
    *small, long, corner, games = (Server(it.id) for it in tables)
    crew = Need([Server(it.resource_id) for it in people])
    menu = {
        Sample("Table for two", "Kept for two hours", 120, 0, "Tables"): [Need(small, "space")],
        Sample("Table for six", "The long one or the corner booth, for three hours", 180, 0, "Tables"): [
            Need([long, corner], "space")
        ],
        Sample(
            "Games room",
            "Table football, pinball and chess for two hours",
            120,
            4500,
            "Games room",
            deposit_bp=2000,
        ): [Need([games], "space")],
        Sample(
            "Games room for a party",
            "Four hours of your own music. Tell us how many you are",
            240,
            16_000,
            "Games room",
            approval=True,
        ): [Need([games], "space")],
        Sample("Vermouth tasting", "Five glasses and their stories, at the bar", 90, 3800, "Evenings"): [
            crew
        ],
        Sample("Quiz night", "Teams form on the spot, the winners drink", 120, 500, "Evenings", places=30): [
            crew,
            Need([games], "space"),
        ],
    }
    return offer(business, menu, now)


def _fill(story: Story, bar: Bar, guests: Guests, day: date, table: Resource, number: int) -> None:
    """A table's evening, one party after the other."""
    wanted = GAMES if number == len(bar.tables) - 1 else SIX if number > 2 else TWO
    minutes = bar.services[wanted].minutes or 0
    for opens, closes in OPEN.get(day.weekday(), ()):
        at = opens + story.chance.choice((60, 90, 120, 150, 180))
        while at + minutes <= closes:
            if story.chance.random() < BUSY[day.weekday()]:
                _plan(
                    story,
                    guests.somebody(day),
                    Wish(bar.services[wanted].id, epoch_minute(story.moment(day, at))),
                )
            at += minutes + story.chance.choice((0, 15, 30, 45))


def _plan(story: Story, guest: Contact, wish: Wish) -> None:
    """Some come in from the street."""
    if story.chance.random() < 0.2:
        door = Actor("member", story.member.name, story.member.user_id, source="walk_in")
        story.plan(
            wish,
            guest,
            lead=timedelta(minutes=1),
            by=door,
            despite={Refusal.TOO_SOON},
            keeps=True,
        )
    else:
        story.plan(wish, guest)


def _quiz(story: Story, bar: Bar, guests: Guests, day: date) -> None:
    start = epoch_minute(story.moment(day, QUIZ_NIGHT.starts_min))
    for _ in range(story.chance.randint(5, 8)):
        wish = Wish(bar.services[QUIZ].id, start, places=story.chance.randint(2, 5))
        story.plan(wish, guests.somebody(day))


def _parties(story: Story, bar: Bar, guests: Guests) -> None:
    """Two birthdays: one that was promised, one that waits for an answer."""
    saturday = story.today + timedelta((5 - story.today.weekday()) % 7 + 7)
    for ahead, ago, answer in ((0, 6, "yes"), (7, 0.7, None)):
        wishes = [
            Wish(
                bar.services[PARTY].id, epoch_minute(story.moment(saturday + timedelta(ahead - before), 1320))
            )
            for before in range(3)
        ]
        guest = guests.somebody(story.today, returning=0)
        story.at(story.now - timedelta(days=ago), _asking(story, wishes, guest, answer))


def _asking(
    story: Story, wishes: list[Wish], guest: Contact, answer: str | None
) -> Callable[[datetime], None]:
    note = "We will be about twenty. Is there a projector?"
    return lambda now: story.ask(wishes, guest, note, answer, now)


def _long_night(story: Story) -> None:
    """The eve of a holiday goes on until five."""
    eve = story.today + timedelta(16)
    story.at(
        story.now - timedelta(20),
        lambda now: set_special_day(
            story.business.id, eve, [(1140, 1740)], label="The long night", by=story.member, now=now
        ),
    )
