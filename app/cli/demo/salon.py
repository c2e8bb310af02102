"""Linden Studio in Berlin: four people, colour that has to sink in, and a day that is nearly full."""

from dataclasses import dataclass
from datetime import datetime

from app.appointments.class_times import put_on_timetable
from app.appointments.reminder_rules import PRESETS, add_rule
from app.auth.models import User
from app.business_hours.weekly import set_week
from app.businesses.models import Business
from app.cli.demo.founding import Need, Sample, Somebody, employ, found, furnish_with, offer
from app.cli.demo.menus import sell
from app.cli.demo.salon_shelves import RULES, SHELVES
from app.core.actor import SYSTEM
from app.payments.couponing import CouponTerms, add_coupon
from app.schedule.class_times import Recurrence
from app.schedule.models import Resource
from app.schedule.serving import Server
from app.services.asking import QuestionWish, ask
from app.services.models import Service, ServiceQuestion
from app.staff.models import StaffMember

SLUG = "linden-studio"
CODE = "LINDEN-10"
MEMBERS = (
    ("owner@demo.example", "Maya Lindqvist", "owner"),
    ("manager@demo.example", "Tomás Ortega", "manager"),
    ("staff@demo.example", "June Lee", "staff"),
)
HOUSE_RULES = """Please come five minutes early; there is tea.
If you are more than fifteen minutes late, we may have to shorten your appointment.

Dogs are welcome, as long as they like other dogs."""
IMPRINT = """Linden Studio GmbH
Bergmannstraße 14
10961 Berlin

Managing director: Maya Lindqvist
Telephone: +49 30 23125042
E-mail: hello@linden-studio.example"""
OPEN = {day: [(540, 1080)] for day in range(5)} | {5: [(540, 900)]}
# The weeks of Maya, Tomás and June; Ravi works whenever the shop is open.
WEEKS = (
    dict.fromkeys(range(5), [(540, 750), (795, 1080)]),
    dict.fromkeys(range(1, 5), [(600, 810), (855, 1080)]) | {5: [(540, 900)]},
    dict.fromkeys((0, 2, 4), [(540, 780), (840, 1080)]) | {5: [(540, 900)]},
)
BRAIDING = Recurrence(weekday=3, starts_min=18 * 60 + 30)
# While colour sinks in the stylist can do something else; the chair stays taken.
BALAYAGE_AT_WORK = ((0, 75), (105, 150))
ROOTS_AT_WORK = ((0, 30), (60, 90))


@dataclass(frozen=True, slots=True)
class Salon:
    """The shop with everything its story needs to know."""

    business: Business
    users: list[User]
    people: list[StaffMember]
    services: list[Service]
    dyed_before: ServiceQuestion


def open_salon(now: datetime) -> Salon:
    """Linden Studio before its first booking. `now` is UTC."""
    business, users = found(
        SLUG,
        "Linden Studio",
        OPEN,
        MEMBERS,
        now,
        trade="hair",
        description="Cut, colour and care under the lime trees of Bergmannstraße.",
        street="Bergmannstraße 14",
        postcode="10961",
        city="Berlin",
        country="DE",
        lat=52.4889,
        lng=13.3946,
        zone="Europe/Berlin",
        currency="EUR",
        language="en-GB",
        email="hello@linden-studio.example",
        phone="+49 30 23125042",
        house_rules=HOUSE_RULES,
        imprint=IMPRINT,
        notice_amount=60,
        refund_steps=[{"until_min": 1440, "back_bp": 10_000}, {"until_min": 240, "back_bp": 5000}],
    )
    add_coupon(business, CouponTerms(CODE, share_bp=1000, most_per_customer=1), by=SYSTEM, now=now)
    add_rule(business, PRESETS["thanks"], by=SYSTEM, now=now)
    people = _people(business, users, now)
    chairs = furnish_with(business, ("Colour chair 1", "Colour chair 2"), now)
    services = _services(business, people, chairs, now)
    dyed = QuestionWish("Have you coloured your hair at home in the last year?", "yes_no")
    question = ask(business.id, dyed, services[1].id, by=SYSTEM, now=now)
    put_on_timetable(business, services[-1], BRAIDING, {1: people[0].resource_id}, by=SYSTEM, now=now)
    sell(business, SHELVES, RULES, now)
    return Salon(business, users, people, services, question)


def _people(business: Business, users: list[User], now: datetime) -> list[StaffMember]:
    maya, tomas, june = users
    people = employ(
        business,
        (
            Somebody(
                "Maya",
                "Owner and colourist",
                "Eighteen years of colour. Ask her about balayage on dark hair.",
                1,
                maya,
            ),
            Somebody(
                "Tomás",
                "Senior stylist",
                "Short hair is his long suit. Learned in Valencia, stayed for the lakes.",
                3,
                tomas,
            ),
            Somebody(
                "June",
                "Stylist and barber",
                "Fades, beards and hot towels. The calmest hands in Kreuzberg.",
                6,
                june,
            ),
            Somebody(
                "Ravi",
                "Junior stylist",
                "Takes a little longer and costs a little less. Children love him.",
                9,
            ),
        ),
        now,
    )
    for person, week in zip(people, WEEKS, strict=False):
        set_week(business.id, week, person.resource_id, by=SYSTEM, now=now)
    return people


def _services(
    business: Business, people: list[StaffMember], chairs: list[Resource], now: datetime
) -> list[Service]:
    maya, tomas, june, ravi = (it.resource_id for it in people)
    seats = Need([Server(it.id) for it in chairs], "space")
    colourists = [Server(maya, price_cents=23_500), Server(tomas)]
    cutters = [
        Server(maya, price_cents=7200),
        Server(tomas),
        Server(june),
        Server(ravi, minutes=60, price_cents=4400),
    ]
    menu = {
        Sample("Signature haircut", "Consultation, wash, cut and finish", 45, 5800, "Hair"): [Need(cutters)],
        Sample(
            "Balayage and gloss",
            "Hand-painted colour with a toning gloss",
            150,
            21_000,
            "Hair",
            after=15,
            deposit_bp=3000,
        ): [Need(colourists, busy=BALAYAGE_AT_WORK), seats],
        Sample("Root touch-up", "Your colour, where it has grown out", 90, 8900, "Hair"): [
            Need([Server(maya), Server(tomas)], busy=ROOTS_AT_WORK),
            seats,
        ],
        Sample("Children's cut", "Up to twelve years, patience included", 30, 2600, "Hair"): [
            Need([Server(it) for it in (maya, tomas, june, ravi)])
        ],
        Sample("Beard sculpt", "Hot towel, shape and conditioning oil", 30, 3200, "Beard and scalp"): [
            Need([Server(it) for it in (tomas, june, ravi)])
        ],
        Sample("Scalp renewal ritual", "Exfoliation, massage and mask", 60, 8400, "Beard and scalp"): [
            Need([Server(maya), Server(tomas), Server(june)])
        ],
        Sample(
            "Wedding styling",
            "With a trial some weeks before. Tell us the date, and we say whether we can",
            120,
            19_000,
            "Occasions",
            approval=True,
        ): [Need([Server(maya), Server(june)])],
        Sample(
            "Braiding evening",
            "Learn three braids with Maya, in a small group",
            90,
            3500,
            "Occasions",
            places=6,
        ): [Need([Server(maya)])],
    }
    return offer(business, menu, now)
