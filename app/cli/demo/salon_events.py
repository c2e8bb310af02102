"""What comes in between at Linden Studio: weddings, a flu, a stocktaking, and whoever is in the shop right now."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.appointments.booking import Decision
from app.appointments.models import Booking
from app.appointments.placing import Wish
from app.appointments.series import book_series
from app.business_hours.away import add_days_off
from app.business_hours.special import set_special_day
from app.cli.demo.founding import acting
from app.cli.demo.ordering import keep_counter
from app.cli.demo.reviewing import let_review
from app.cli.demo.salon import OPEN, WEEKS, Salon
from app.cli.demo.salon_days import BEARD, CHILD, HABITS, HAIRCUT, WEDDING, book_days
from app.cli.demo.salon_desk import keep_desk
from app.cli.demo.salon_shelves import COUNTER
from app.cli.demo.salon_voices import VOICES
from app.cli.demo.story import HOST, Story
from app.cli.demo.tills import Till, keep_till
from app.cli.demo.waiting import let_wait
from app.core.db import db
from app.core.errors import DomainError
from app.customers.meeting import Contact
from app.schedule.models import Allocation
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute
from app.staff.models import StaffMember

# Who asks for a wedding, how many days before or after today it was asked, for which day, and what became of it.
WEDDINGS = (
    (Contact("Wiebke Großmann", "wiebke.grossmann@example.com", "+493023125118"), -23, 12, "yes"),
    (Contact("Özlem Yıldız", "ozlem.yildiz@example.com", None), -16, -5, "yes"),
    (
        Contact("Chloé Lefèvre", "chloe.lefevre@example.com", "+33639980142"),
        -12,
        9,
        "We are at a fair that day.",
    ),
    (Contact("هدى منصور", "huda.mansour@example.com", None), -1.6, 18, None),
    (Contact("Trần Ngọc Ánh", "ngocanh.tran@example.com", "+493023125377"), -0.9, 20, None),
    (Contact("Екатерина Лесных", "ekaterina.lesnykh@example.com", None), -0.15, 26, None),
)
REGULAR = Contact("Jörg Neumann", "jorg.neumann@example.com", "+493023125264")
IN_A_HURRY = (
    Contact("Paweł Król", "pawel.krol@example.com", "+493023125605"),
    Contact("Käthe Vogt", "kathe.vogt@example.com", "+493023125731"),
)
TYPING = (HAIRCUT, BEARD)
WAITING = (
    Contact("Mareike Lindqvist", "mareike.lindqvist@example.com"),
    Contact("Çağla Aydın", "cagla.aydin@example.com", "+493023125492"),
    Contact("Benno Thiel", "benno.thiel@example.com", note="Mornings are easiest, but I can move things."),
)
TILL = Till(
    reasons=("The colour came out darker than agreed", "Waited half an hour"), looked_at=True, unhappy=0.03
)


def live_salon(salon: Salon, now: datetime) -> None:
    """From four weeks ago to `now`, with what is booked ahead."""
    story = Story(salon.business, acting(salon.users[0]), now, HABITS)
    book_days(story, salon)
    _plan_events(story, salon)
    let_wait(story, WAITING)
    keep_till(story, TILL)
    keep_desk(story, salon)
    keep_counter(story, COUNTER, OPEN)
    let_review(story, VOICES)
    story.tell()


def _plan_events(story: Story, salon: Salon) -> None:
    _weddings(story, salon)
    _regular(story, salon)
    _absences(story, salon)
    _squeeze_in(story, salon)
    tomorrow = _open_day(story.today + timedelta(1), 2)
    for number, wanted in enumerate(TYPING, 2):
        wishes = [_wish(story, salon, wanted, 2, tomorrow, minute) for minute in range(600, 1050, 15)]
        story.at(story.now - timedelta(minutes=number), _holding(story, wishes))


def _weddings(story: Story, salon: Salon) -> None:
    """Requests: answered ones, and three that wait."""
    for number, (guest, asked, ahead, answer) in enumerate(WEDDINGS):
        day = _open_day(story.today + timedelta(ahead), 0)
        wishes = [
            _wish(story, salon, WEDDING, 0, _open_day(day + timedelta(later), 0), minute)
            for later in range(5)
            for minute in ((540, 795) if number % 2 else (795, 540))
        ]
        story.at(story.now + timedelta(days=asked), _asking(story, wishes, guest, answer))


def _asking(
    story: Story, wishes: list[Wish], guest: Contact, answer: str | None
) -> Callable[[datetime], None]:
    note = "Two bridesmaids come along. Is there a place to hang the dress?"
    return lambda now: story.ask(wishes, guest, note, answer, now)


def _holding(story: Story, wishes: list[Wish]) -> Callable[[datetime], None]:
    return lambda now: story.hold(wishes, now)


def _regular(story: Story, salon: Salon) -> None:
    """Every second week at the same time with the same person, as far ahead as the diary goes."""
    first = _open_day(story.today - timedelta(9), 1)
    dates = [first + timedelta(14 * number) for number in range(5)]
    decision = Decision(REGULAR, HOST, {Refusal.TOO_FAR})

    def book(now: datetime) -> None:
        for minute in range(600, 1020, 15):
            wishes = [_wish(story, salon, HAIRCUT, 1, day, minute) for day in dates]
            try:
                with db.session.begin_nested():
                    book_series(story.business, wishes, decision, by=story.member, now=now)
            except DomainError:
                continue
            return

    story.at(story.moment(story.days[0], 12 * 60), book)


def _absences(story: Story, salon: Salon) -> None:
    """A holiday everybody knew of, a day off that hits bookings, a flu, a stocktaking and an outing."""
    _, tomas, june, ravi = salon.people
    week_after_next = story.today + timedelta(14 - story.today.weekday())
    _days_off(story, tomas, week_after_next + timedelta(2), 3, "Walking in the Harz", ago=27)
    _days_off(story, june, _open_day(story.today + timedelta(5), 2), 1, "Moving house", ago=1)
    ill_on = _open_day(story.today - timedelta(9))
    story.at(story.moment(ill_on, 7 * 60 + 40), lambda now: _fall_ill(story, salon, ravi, ill_on, now))
    stocktaking = week_after_next + timedelta(1)
    story.at(
        story.now - timedelta(26),
        lambda now: set_special_day(
            story.business.id, stocktaking, [(540, 780)], label="Stocktaking", by=story.member, now=now
        ),
    )
    outing = week_after_next + timedelta(21)
    story.at(
        story.now - timedelta(25),
        lambda now: add_days_off(
            story.business.id,
            outing,
            outing,
            reason="A day by the sea with the whole team",
            by=story.member,
            now=now,
        ),
    )


def _days_off(story: Story, person: StaffMember, first: date, days: int, reason: str, *, ago: int) -> None:
    last = first + timedelta(days - 1)
    business_id, resource = story.business.id, person.resource_id
    story.at(
        story.now - timedelta(ago),
        lambda now: add_days_off(business_id, first, last, resource, reason=reason, by=story.member, now=now),
    )


def _fall_ill(story: Story, salon: Salon, person: StaffMember, day: date, now: datetime) -> None:
    """Whoever is booked goes to somebody else at the same time, or hears about it."""
    add_days_off(story.business.id, day, day, person.resource_id, reason="Flu", by=story.member, now=now)
    for booking in _booked_with(story, person, day):
        start = epoch_minute(booking.appointment.starts_at)
        others = (it.resource_id for it in salon.people if it is not person)
        if not any(story.move(booking, now, [start], it, reason="Ravi is ill") for it in others):
            story.cancel(booking, now, by=story.member, reason="Ravi is ill; they will call for another day")


def _booked_with(story: Story, person: StaffMember, day: date) -> list[Booking]:
    taken = select(Allocation.appointment_id).where(
        Allocation.business_id == story.business.id,
        Allocation.resource_id == person.resource_id,
        Allocation.live,
        Allocation.starts_at.between(story.moment(day, 0), story.moment(day, 1440)),
    )
    found = select(Booking).where(
        Booking.business_id == story.business.id, Booking.live.is_(True), Booking.appointment_id.in_(taken)
    )
    return list(db.session.scalars(found.order_by(Booking.id)))


def _squeeze_in(story: Story, salon: Salon) -> None:
    """Somebody in need gets a chair although the time is taken: on the next day in the shop, and three days ago."""
    for guest, day in zip(
        IN_A_HURRY, (_open_day(story.today), _open_day(story.today - timedelta(3))), strict=True
    ):
        asked_at = min(story.moment(day, 8 * 60), story.now - timedelta(minutes=50))
        story.at(asked_at, _squeezing(story, salon, guest, day))


def _squeezing(story: Story, salon: Salon, guest: Contact, day: date) -> Callable[[datetime], None]:
    """In the middle of what Ravi does that day, while he waits for colour to dry or a child to calm down."""
    ravi = salon.people[3]
    despite = {Refusal.BUSY, Refusal.OFF_GRID, Refusal.TOO_SOON, Refusal.STAFF_OFF}
    reason = "Has a job interview and a broken fringe"

    def squeeze(now: datetime) -> None:
        for booking in _booked_with(story, ravi, day):
            start = epoch_minute(booking.appointment.starts_at) + 15
            wish = Wish(salon.services[CHILD].id, start, ravi.resource_id)
            if booking.appointment.starts_at > now and story.book(
                wish, guest, now, by=story.member, despite=despite, reason=reason, keeps=True
            ):
                return

    return squeeze


def _wish(story: Story, salon: Salon, wanted: int, number: int, day: date, minute: int) -> Wish:
    start = epoch_minute(story.moment(day, minute))
    return Wish(salon.services[wanted].id, start, salon.people[number].resource_id)


def _open_day(day: date, number: int = 3) -> date:
    """The first day from then on on which Maya (0), Tomás, June or Ravi work."""
    week = WEEKS[number] if number < len(WEEKS) else OPEN
    return next(it for it in _days_from(day) if it.weekday() in week)


def _days_from(day: date) -> Iterator[date]:
    return (day + timedelta(number) for number in range(7))
