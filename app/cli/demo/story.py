"""How a business came to be what it is today: deeds in the order of their moments, each by a real act."""

import heapq
import itertools
import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from app.appointments.answering import accept, decline, expire_unanswered
from app.appointments.booking import Decision, book
from app.appointments.cancelling import cancel
from app.appointments.confirming import confirm
from app.appointments.discounting import TypedCode
from app.appointments.finishing import arrive, complete_ended, mark_no_show
from app.appointments.holding import Visitor, hold
from app.appointments.models import Appointment, Booking
from app.appointments.moving import move
from app.appointments.noting import keep_note
from app.appointments.placing import Wish
from app.appointments.timetabling import lay_dates
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core import clock
from app.core.actor import VISITOR, Actor
from app.core.db import db
from app.core.errors import DomainError
from app.customers.meeting import Contact
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import days_between, epoch_minute, local_date

HOST = "demo.example"
DAYS_BACK = 28
DAYS_AHEAD = 21
AT_ONCE = 1000
_COUNT_ROWS = text(
    "ANALYZE appointments, bookings, allocations, customers, invoices, notifications, audit_events"
)
Deed = Callable[[datetime], object]
# How long before they come people book: a share of them, and from so many to so many hours.
LEADS = ((18, 1, 9), (22, 12, 60), (28, 60, 170), (22, 170, 340), (10, 340, 620))


def founded_at(now: datetime) -> datetime:
    """Everything is there two days before the first customer comes."""
    return now - timedelta(DAYS_BACK + 2)


def attempt(deed: Callable[[], object]) -> None:
    """Do something, unless it turns out that it cannot be done any more."""
    try:
        with db.session.begin_nested():
            deed()
    except DomainError:
        return


@dataclass(frozen=True, slots=True)
class Habits:
    """What customers of a business do, as shares of them: of ten bookings so many come by phone, for instance."""

    by_phone: float = 0.4
    cancels: float = 0.07
    stays_away: float = 0.04
    moves: float = 0.06
    writes: float = 0.14
    remembers: float = 0.08
    notes: Sequence[str] = ()
    reasons: Sequence[str] = ()
    remarks: Sequence[str] = ()
    code: str | None = None
    has_code: float = 0.08


class Story:
    """One business from four weeks ago until `now`. What lies behind `now` has not happened."""

    def __init__(self, business: Business, member: Actor, now: datetime, habits: Habits) -> None:
        self.business, self.member, self.now, self.habits = business, member, now, habits
        self.chance = random.Random(business.slug)
        self._luck = random.Random(f"{business.slug} codes")  # The story is the same with codes and without.
        self.zone = ZoneInfo(business.zone)
        self.today = local_date(now, business.zone)
        self._deeds: list[tuple[datetime, int, Deed]] = []
        self._numbers = itertools.count()

    @property
    def days(self) -> list[date]:
        """The days on which somebody is booked."""
        return days_between(self.today - timedelta(DAYS_BACK), self.today + timedelta(DAYS_AHEAD))

    def moment(self, day: date, minute: int) -> datetime:
        """A wall minute of a day, where the business is."""
        return datetime.combine(day, time(), self.zone) + timedelta(minutes=minute)

    def at(self, moment: datetime, deed: Deed) -> None:
        """Let something happen, unless it has not come to it yet."""
        if moment <= self.now:
            heapq.heappush(self._deeds, (moment, next(self._numbers), deed))

    def tell(self) -> None:
        """Do everything in its turn; every night what nobody has said is taken for done."""
        for day in self.days:
            self.at(self.moment(day, 23 * 60 + 55), lambda _: self._night())
        while self._deeds:
            moment, _, deed = heapq.heappop(self._deeds)
            with clock.travel(moment) as now:
                deed(now)
        with clock.travel(self.now):
            self._night()

    def plan(self, wish: Wish, guest: Contact, *, lead: timedelta | None = None, **more: Any) -> None:
        """Let somebody book, as long before as people do."""
        starts_at = datetime.fromtimestamp(wish.start * 60, self.zone)
        before = lead or self._lead()
        moment = max(starts_at - before, self.moment(self.days[0], -600 + self.chance.randrange(500)))
        self.at(self._awake(moment), lambda now: self.book(wish, guest, now, **more))

    def book(
        self,
        wish: Wish,
        guest: Contact,
        now: datetime,
        *,
        by: Actor | None = None,
        note: str | None = None,
        despite: Collection[Refusal] = (),
        reason: str | None = None,
        answers: Mapping[int | None, Mapping[str, Any]] | None = None,
        keeps: bool = False,
    ) -> Sequence[Booking]:
        """Book `by` a member or like a customer; no bookings where it turns out that the time is taken.

        Who `keeps` it comes for certain.
        """
        note = note or self._note()
        guest = replace(guest, note=note, language=self.business.language)
        by = by or (self.member if self.chance.random() < self.habits.by_phone else VISITOR)
        made: Sequence[Booking]
        try:
            with db.session.begin_nested():
                if by.kind == "member":
                    decision = Decision(guest, HOST, despite, reason)
                    made = book(self.business, wish, decision, by=by, now=now)
                else:
                    made = self._online(wish, guest, answers, now)
        except DomainError:
            return []
        if self.habits.remarks and self.chance.random() < self.habits.remembers:
            remark = self.chance.choice(self.habits.remarks)
            keep_note(self.business, made[0], remark, seen=made[0].note_mark, by=self.member, now=now)
        if not keeps:
            self._what_follows(made[0], now)
        return made

    def hold(self, wishes: Sequence[Wish], now: datetime) -> None:
        """Take the first time that is free, like somebody who is still typing their name."""
        visitor = Visitor(f"{HOST}-{self.business.slug}-{next(self._numbers)}", HOST)
        for wish in wishes:
            try:
                with db.session.begin_nested():
                    hold(self.business, wish, visitor, by=VISITOR, now=now)
            except DomainError:
                continue
            return

    def ask(
        self, wishes: Sequence[Wish], guest: Contact, note: str, answer: str | None, now: datetime
    ) -> None:
        """Request the first of these times that is free; hours later it is accepted ("yes"), declined, or waits."""
        made = next(filter(None, (self.book(it, guest, now, by=VISITOR, note=note) for it in wishes)), None)
        if made and answer == "yes":
            later = self._awake(now + timedelta(hours=5))
            self.at(later, lambda at: self._try(accept, made[0], at, by=self.member))
        elif made and answer:
            later = self._awake(now + timedelta(hours=5))
            self.at(later, lambda at: self._try(decline, made[0], at, by=self.member, reason=answer))

    def cancel(self, booking: Booking, now: datetime, *, by: Actor, reason: str | None = None) -> None:
        """Give a booking up, if it still stands."""
        self._try(cancel, booking, now, by=by, reason=reason)

    def move(
        self, booking: Booking, now: datetime, starts: Sequence[int], person: int | None = None, **more: Any
    ) -> bool:
        """Give a booking the first of these starts (epoch minutes) that can be had; whether one could."""
        appointment = db.session.get_one(Appointment, (self.business.id, booking.appointment_id))
        for start in starts:
            try:
                with db.session.begin_nested():
                    move(
                        self.business,
                        appointment,
                        start=start,
                        person_id=person,
                        by=self.member,
                        now=now,
                        **more,
                    )
            except DomainError:
                continue
            return True
        return False

    def _online(
        self,
        wish: Wish,
        guest: Contact,
        answers: Mapping[int | None, Mapping[str, Any]] | None,
        now: datetime,
    ) -> Sequence[Booking]:
        visitor = Visitor(f"{HOST}-{self.business.slug}-{next(self._numbers)}", HOST)
        booking = hold(self.business, wish, visitor, by=VISITOR, now=now)
        code = TypedCode(self.habits.code) if self.habits.code and booking.total_cents else None
        if self._luck.random() > self.habits.has_code:
            code = None
        confirm(self.business, booking, guest, by=VISITOR, now=now, host=HOST, answers=answers, code=code)
        return [booking]

    def _what_follows(self, booking: Booking, now: datetime) -> None:
        """Whether they come, and on time; some cancel, some come another day."""
        starts_at, chance, habits = booking.appointment.starts_at, self.chance, self.habits
        fate = chance.random()
        between = now + (starts_at - now) * chance.uniform(0.2, 0.8)
        if booking.status == "requested":
            return
        if fate < habits.cancels:
            reason = chance.choice([*habits.reasons, None])
            by = VISITOR if chance.random() < 0.7 else self.member
            self.at(self._awake(between), lambda at: self.cancel(booking, at, by=by, reason=reason))
        elif fate < habits.cancels + habits.moves and not booking.appointment.is_class:
            start = epoch_minute(starts_at)
            others = [start + chance.choice((60, 120, -60)), start + 1440, start + 2 * 1440]
            self.at(self._awake(between), lambda at: self.move(booking, at, others))
            self._arrives(booking, starts_at)
        elif fate < habits.cancels + habits.moves + habits.stays_away:
            missed = starts_at + timedelta(minutes=20)
            self.at(missed, lambda at: self._try(mark_no_show, booking, at, by=self.member))
        else:
            self._arrives(booking, starts_at)

    def _arrives(self, booking: Booking, starts_at: datetime) -> None:
        """Members note it on most days; what is long past nobody asks for."""
        if starts_at > self.now - timedelta(days=3):
            early = timedelta(minutes=self.chance.randrange(-4, 8))
            self.at(starts_at - early, lambda at: self._try(arrive, booking, at, by=self.member))

    def _try(self, act: Callable[..., object], booking: Booking, now: datetime, **more: Any) -> None:
        """A booking that somebody has given up meanwhile is left alone."""
        attempt(lambda: act(self.business, booking, now=now, **more))

    def _night(self) -> None:
        """What the clock does by itself; new dates of classes once a week are enough."""
        now = clock.now()
        lock_schedule(self.business.id)
        expire_unanswered(self.business.id, now, AT_ONCE)
        complete_ended(self.business.id, now, AT_ONCE)
        if now.weekday() == 0 or now == self.now:
            lay_dates(self.business, now)
        # All of it is one transaction, in which nobody else would tell the planner how many rows there are by now.
        if now.weekday() % 3 == 0:
            db.session.execute(_COUNT_ROWS)

    def _lead(self) -> timedelta:
        shares = [share for share, _, _ in LEADS]
        [(_, least, most)] = self.chance.choices(LEADS, shares)
        return timedelta(minutes=self.chance.randrange(least * 60, most * 60))

    def _awake(self, moment: datetime) -> datetime:
        """Nobody books in their sleep: what would be at night was in the evening before."""
        here = moment.astimezone(self.zone)
        return moment - timedelta(hours=here.hour + 2) if here.hour < 7 else moment

    def _note(self) -> str | None:
        wants = self.habits.notes and self.chance.random() < self.habits.writes
        return self.chance.choice(self.habits.notes) if wants else None
