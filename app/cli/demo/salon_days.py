"""Seven weeks at Linden Studio: who books what with whom."""

from dataclasses import replace
from datetime import date, datetime

from app.appointments.placing import Wish
from app.cli.demo.guests import (
    ARABIC,
    CHINESE,
    ENGLISH,
    FRENCH,
    GERMAN,
    GREEK,
    POLISH,
    RUSSIAN,
    SCANDINAVIAN,
    SPANISH,
    TURKISH,
    UKRAINIAN,
    VIETNAMESE,
    Guests,
)
from app.cli.demo.salon import BRAIDING, CODE, OPEN, WEEKS, Salon
from app.cli.demo.story import Habits, Story
from app.schedule.loading import Part
from app.schedule.wall_clock import epoch_minute
from app.services.asking import check_answers

HAIRCUT, BALAYAGE, ROOTS, CHILD, BEARD, SCALP, WEDDING, BRAIDS = range(8)
# What Maya, Tomás, June and Ravi are asked for, and how often.
ASKED_FOR = (
    {HAIRCUT: 4, BALAYAGE: 3, ROOTS: 3, CHILD: 1, SCALP: 2},
    {HAIRCUT: 6, BALAYAGE: 1, ROOTS: 2, BEARD: 3, SCALP: 1},
    {HAIRCUT: 5, BEARD: 5, CHILD: 2, SCALP: 1},
    {HAIRCUT: 4, CHILD: 4, BEARD: 2},
)
LANGUAGES = (
    (GERMAN, 150),
    (TURKISH, 22),
    (POLISH, 12),
    (RUSSIAN, 10),
    (UKRAINIAN, 5),
    (ARABIC, 10),
    (VIETNAMESE, 12),
    (ENGLISH, 20),
    (SPANISH, 12),
    (FRENCH, 8),
    (CHINESE, 4),
    (SCANDINAVIAN, 6),
    (GREEK, 4),
)
HABITS = Habits(
    by_phone=0.5,
    notes=(
        "Please not too short at the back.",
        "I bring my daughter, she likes to watch.",
        "Sensitive scalp, no perfume please.",
        "Could I have the seat by the window?",
        "As last time, only a little lighter.",
        "First time here, a friend sent me.",
        "I have to leave at quarter past at the latest.",
    ),
    remarks=(
        "Formula 7.1 with 6 %, 35 minutes.",
        "Takes her coffee black. Ask about the garden.",
        "Double crown: cut it dry at the end.",
        "Allergic to hazelnut oil.",
    ),
    reasons=(
        "I am ill, sorry!",
        "My train does not run",
        "Something came up at work",
        "The babysitter cancelled",
    ),
    code=CODE,
)
FULL = 0.58


def book_days(story: Story, salon: Salon) -> None:
    """Let customers fill the days from four weeks ago to three weeks ahead."""
    guests = Guests(story.chance, LANGUAGES, "de", rest=9)
    for day in story.days:
        for number in range(len(salon.people)):
            _fill(story, salon, guests, day, number)
        if day.weekday() == 3:
            _braid(story, salon, guests, day)


def _fill(story: Story, salon: Salon, guests: Guests, day: date, number: int) -> None:
    """One person's day: a booking after the other, with some air in between."""
    week = WEEKS[number] if number < len(WEEKS) else OPEN
    for opens, closes in week.get(day.weekday(), ()):
        at = opens + story.chance.choice((0, 0, 0, 15, 30))
        while at < closes - 20:
            wanted = _wanted(story, number)
            length = _length(salon, wanted, number)
            if at + length <= closes:
                _plan(story, salon, guests, story.moment(day, at), wanted, number)
                if wanted == BALAYAGE:
                    _plan(story, salon, guests, story.moment(day, at + 75), CHILD, number)
            air = length * (1 - FULL) / FULL
            at += length + 15 * round(story.chance.expovariate(1 / air) / 15)


def _wanted(story: Story, number: int) -> int:
    weights = ASKED_FOR[number]
    return story.chance.choices(list(weights), list(weights.values()))[0]


def _length(salon: Salon, wanted: int, number: int) -> int:
    service = salon.services[wanted]
    own = 60 if (wanted, number) == (HAIRCUT, 3) else service.minutes or 0
    return own + service.after_min


def _plan(story: Story, salon: Salon, guests: Guests, starts_at: datetime, wanted: int, number: int) -> None:
    """Most ask for somebody; a few come with a friend or have two things done."""
    service, chance, day = salon.services[wanted], story.chance, starts_at.date()
    guest = guests.somebody(day, man=wanted == BEARD)
    person = salon.people[number].resource_id if chance.random() < 0.8 else None
    wish = Wish(service.id, epoch_minute(starts_at), person)
    if wanted == HAIRCUT and chance.random() < 0.08:
        wish = replace(wish, then=(Part(salon.services[HAIRCUT].id, (), 2),), together=True, person_id=None)
        guest = replace(guest, guest_name=guests.somebody(day).name)
    elif wanted == HAIRCUT and number and chance.random() < 0.15:
        guest = guests.somebody(day, man=True)
        wish = replace(wish, then=(Part(salon.services[BEARD].id, wish.only),))
    answers = None
    if wanted == BALAYAGE:
        said = {str(salon.dyed_before.id): chance.choice(("no", "no", "yes"))}
        answers = {service.id: check_answers([salon.dyed_before], said)[0]}
    story.plan(wish, guest, answers=answers)


def _braid(story: Story, salon: Salon, guests: Guests, day: date) -> None:
    """The evening class: some come with a friend."""
    start = epoch_minute(story.moment(day, BRAIDING.starts_min))
    for _ in range(story.chance.randint(2, 6)):
        places = 2 if story.chance.random() < 0.2 else 1
        story.plan(Wish(salon.services[BRAIDS].id, start, places=places), guests.somebody(day))
