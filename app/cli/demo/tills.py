"""What comes into the till of a demo business: who pays how, who gets some back, who still owes."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.appointments.billing import find_bill
from app.appointments.models import Appointment, Booking
from app.appointments.settling_up import give_back_for, issue_for, take_for
from app.cli.demo.story import Story
from app.core.db import db
from app.core.errors import DomainError
from app.payments.applying import apply_provider_state
from app.payments.models import Refund
from app.payments.refunding import hand_out
from app.payments.starting import opened, start
from app.payments.stripe.answers import ProviderState

# Minutes of the day at which the till is looked after.
ROUNDS = (12 * 60, 15 * 60, 18 * 60, 21 * 60, 23 * 60 + 30)
CENTS_SHORT = 500
OPEN_FOR = 20  # days; what came in before is in an older book
ARRIVES_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Till:
    """How people pay, as shares of them, and what is said when some of it goes back.

    Whoever neither pays nor `owes` is not written down, as in shops where nobody has the time.
    """

    cash: float = 0.3
    card: float = 0.55
    transfer: float = 0.03
    owes: float = 0.03
    unhappy: float = 0.02
    reasons: Sequence[str] = ()
    looked_at: bool = False


def keep_till(story: Story, till: Till) -> None:
    """Let customers pay when they have been there, on each of the last days."""
    chance = random.Random(f"{story.business.slug} till")  # The story is the same with it and without it.
    days = [it for it in story.days if it >= story.today - timedelta(OPEN_FOR)]
    before = story.moment(days[0], 0)
    for day in days:
        for minute in ROUNDS:
            moment = story.moment(day, minute)
            story.at(moment, _round(story, till, chance, before, moment))
            before = moment
    if till.looked_at:
        story.at(story.now - timedelta(hours=2), lambda now: _pay_another_sum(story, now))


def _round(
    story: Story, till: Till, chance: random.Random, since: datetime, until: datetime
) -> Callable[[datetime], None]:
    def look_after(now: datetime) -> None:
        for booking in _finished(story, since, until):
            _settle(story, till, chance, booking, now)

    return look_after


def _finished(story: Story, since: datetime, until: datetime) -> list[Booking]:
    """The first booking of each visit that ended since the last round, and costs something."""
    of = (Booking.business_id == story.business.id, Booking.status.in_(("confirmed", "completed")))
    ended = (Appointment.ends_at > since, Appointment.ends_at <= until, Booking.total_cents > 0)
    rows = select(Booking).join(
        Appointment,
        (Appointment.business_id == Booking.business_id) & (Appointment.id == Booking.appointment_id),
    )
    found = db.session.scalars(rows.where(*of, *ended).order_by(Booking.id))
    return list({it.visit: it for it in reversed(list(found))}.values())


def _settle(story: Story, till: Till, chance: random.Random, booking: Booking, now: datetime) -> None:
    fate, regret = chance.random(), chance.random()
    for method, share in (("cash", till.cash), ("card", till.card), ("transfer", till.transfer)):
        if fate < share:
            later = now + ARRIVES_AFTER if method == "transfer" else now
            story.at(later, _paying(story, till, booking, method, is_unhappy=regret < till.unhappy))
            return
        fate -= share
    if fate < till.owes:
        issue_for(story.business, booking, by=story.member, now=now)


def _paying(
    story: Story, till: Till, booking: Booking, method: str, *, is_unhappy: bool
) -> Callable[[datetime], None]:
    return lambda now: _pay(story, till, booking, method, now, is_unhappy=is_unhappy)


def _pay(story: Story, till: Till, booking: Booking, method: str, now: datetime, *, is_unhappy: bool) -> None:
    by = story.member
    try:
        with db.session.begin_nested():
            invoice = issue_for(story.business, booking, by=by, now=now)
            take_for(
                story.business, booking, invoice.open_cents, method, key="till", note=None, by=by, now=now
            )
    except DomainError:
        return
    if is_unhappy and till.reasons:
        reason = till.reasons[booking.id % len(till.reasons)]
        story.at(now + timedelta(days=1), lambda at: _give_back(story, booking, reason, at))


def _give_back(story: Story, booking: Booking, reason: str, now: datetime) -> None:
    """A quarter of it; whoever wants it in cash comes by within two days."""
    some = -(-booking.total_cents // 400) * 100
    by = story.member
    try:
        with db.session.begin_nested():
            give_back_for(
                story.business, booking, some, key="till", reason=reason, is_owed=False, by=by, now=now
            )
    except DomainError:
        return
    story.at(now + timedelta(days=2), lambda at: _hand_out(story, at))


def _hand_out(story: Story, now: datetime) -> None:
    waiting = select(Refund).filter_by(business_id=story.business.id, status="created").order_by(Refund.id)
    refund = db.session.scalar(waiting.limit(1))
    if refund is not None:
        hand_out(story.business, refund, by=story.member, now=now)


def _pay_another_sum(story: Story, now: datetime) -> None:
    """Somebody has changed an amount at Stripe: less came in than was asked for, and a member has to look at it."""
    recent = _finished(story, now - timedelta(days=4), now)
    booking = next((it for it in recent if find_bill(it.business_id, it) is None), None)
    if booking is None:
        return
    business = story.business
    invoice = issue_for(business, booking, by=story.member, now=now)
    payment = start(business, invoice, live=False, by_page=False, now=now)
    opened(payment, f"pi_demo_{payment.id}")
    state = ProviderState(
        ref=payment.provider_ref,
        status="succeeded",
        amount=payment.amount_cents,
        received=payment.amount_cents - CENTS_SHORT,
        currency=payment.currency,
        about=str(payment.uid),
        live=False,
    )
    apply_provider_state(business.id, payment.id, state, now)
