"""What customers of a demo business say of their visits and orders, and what it answers."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.appointments.models import Appointment, Booking
from app.cli.demo.story import Story, attempt
from app.core.actor import VISITOR
from app.core.db import db
from app.core.errors import DomainError
from app.orders.models import Order
from app.reviews.answering import reply, report
from app.reviews.models import Review
from app.reviews.writing import Said, edit, names_to_show, review

ORDERED = ""  # What is said of an order is said of no service.
# Most are content, else the shop would be closed by now.
STARS, SHARES = (5, 4, 3, 2, 1), (62, 24, 9, 3, 2)


class Opinion(NamedTuple):
    """What somebody says. `person`: stars for who did it; `reply`: what the business answers some hours later.

    `instead`: what they make of it the day after. `reported`: the business says why it should not be seen.
    """

    stars: int
    words: str
    person: int | None = None
    reply: str | None = None
    language: str | None = None
    instead: tuple[int, str] | None = None
    reported: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Voices:
    """What is said, by the name of the service (or ORDERED), in the order in which it comes.

    Of all visits and orders `share` are reviewed, of these `silent` with stars alone. `recent` are so many hours old,
    and of the last visit for that.
    """

    said: Mapping[str, Sequence[Opinion]]
    recent: Sequence[tuple[int, str, Opinion]] = ()
    share: float = 0.15
    silent: float = 0.3


def let_review(story: Story, voices: Voices) -> None:
    """Let customers say how it was on the days after."""
    guestbook = _Guestbook(story, voices)
    for day in story.days:
        story.at(story.moment(day, 5 * 60), partial(guestbook.plan_day, day))
    for ago, of, opinion in voices.recent:
        story.at(story.now - timedelta(hours=ago), partial(guestbook.write_recent, of, opinion))


class _Guestbook:
    """Who says what of one business."""

    def __init__(self, story: Story, voices: Voices) -> None:
        self.story, self.voices = story, voices
        self.chance = random.Random(f"{story.business.slug} reviews")  # The story is the same without them.
        self.left = {of: list(opinions) for of, opinions in voices.said.items()}

    def plan_day(self, day: date, now: datetime) -> None:
        """Some of those who were there the day before write in the course of this one."""
        since = self.story.moment(day - timedelta(1), 0)
        for subject in [*self._visits(since, now), *self._orders(since, now)]:
            if self.chance.random() < self.voices.share:
                opinion = self._opinion(_of(subject))
                at = now + timedelta(minutes=self.chance.randrange(150, 1050))
                self.story.at(at, partial(self._write, subject, opinion))

    def write_recent(self, of: str, opinion: Opinion, now: datetime) -> None:
        """Of the last visit for that, or the last order, of which nothing was said yet."""
        since = now - timedelta(days=30)
        subjects = self._orders(since, now) if of == ORDERED else self._visits(since, now)
        for subject in reversed(subjects):
            if _of(subject) == of and self._write(subject, opinion, now):
                return

    def _opinion(self, of: str) -> Opinion:
        """The next one of that, or stars alone."""
        words = self.left.get(of)
        if words and self.chance.random() > self.voices.silent:
            return words.pop(0)
        [stars] = self.chance.choices(STARS, SHARES)
        return Opinion(stars, "")

    def _write(self, subject: Booking | Order, opinion: Opinion, now: datetime) -> bool:
        """Whether it could be said; some let only their first name be seen, some judge the person, too."""
        name = self.chance.choice(names_to_show(subject.contact_name)[:2] or [None])
        person = opinion.person or (opinion.stars if self.chance.random() < 0.6 else None)
        words = opinion.words.format(who=getattr(subject, "performer_name", None)) or None
        said = Said(opinion.stars, person, words, (), name, opinion.language)
        try:
            with db.session.begin_nested():
                written = review(self.story.business, subject, said, by=VISITOR, now=now)
        except DomainError:
            return False
        self._plan_what_follows(written, opinion, said, now)
        return True

    def _plan_what_follows(self, written: Review, opinion: Opinion, said: Said, now: datetime) -> None:
        member, hours = self.story.member, self.chance.randrange(2, 20)
        if opinion.reply:
            words = opinion.reply
            self._plan(hours, now, lambda at: reply(written, words, by=member, now=at))
        if opinion.instead:
            stars, anew = opinion.instead
            changed = Said(stars, said.person_stars, anew, (), said.name, said.language)
            self._plan(hours + 6, now, lambda at: edit(written, changed, by=VISITOR, now=at))
        if opinion.reported:
            reason, note = opinion.reported
            self._plan(1, now, lambda at: report(written, reason, note, by=member, now=at))

    def _plan(self, hours: int, now: datetime, deed: Callable[[datetime], object]) -> None:
        self.story.at(now + timedelta(hours=hours), lambda at: attempt(lambda: deed(at)))

    def _visits(self, since: datetime, until: datetime) -> Sequence[Booking | Order]:
        """What was completed and is somebody's, the earliest first."""
        of = (Booking.business_id == self.story.business.id, Booking.status == "completed")
        ended = (Appointment.ends_at > since, Appointment.ends_at <= until)
        rows = select(Booking).join(
            Appointment,
            (Appointment.business_id == Booking.business_id) & (Appointment.id == Booking.appointment_id),
        )
        known = rows.where(*of, *ended, Booking.customer_id.is_not(None))
        read = known.options(contains_eager(Booking.appointment))
        return list(db.session.scalars(read.order_by(Appointment.ends_at, Booking.id)))

    def _orders(self, since: datetime, until: datetime) -> Sequence[Booking | Order]:
        of = (Order.business_id == self.story.business.id, Order.status == "fulfilled")
        ended = (Order.ended_at > since, Order.ended_at <= until)
        return list(db.session.scalars(select(Order).where(*of, *ended).order_by(Order.ended_at, Order.id)))


def _of(subject: Booking | Order) -> str:
    return ORDERED if isinstance(subject, Order) else subject.service_name
