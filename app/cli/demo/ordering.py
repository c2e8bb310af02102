"""What customers of a demo business order, and how its team takes it through the day."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import select

from app.cli.demo.story import Story, attempt
from app.core.actor import VISITOR
from app.core.db import db
from app.core.errors import DomainError
from app.core.intervals import Interval
from app.customers.meeting import Contact
from app.customers.models import Customer
from app.orders.basket import Basket, Entry, priced
from app.orders.billing import find_bill
from app.orders.cancelling import cancel
from app.orders.delivering import Address, delivery_fee
from app.orders.menu import Menu, menu_of
from app.orders.models import Order
from app.orders.placing import TimeGone, Wanted, place
from app.orders.ruling import known_settings
from app.orders.serving import advance, end_order, hand_over
from app.schedule.wall_clock import epoch_minute
from app.services.models import ServiceItem
from app.services.selling import ItemWish, change_item

QUARTER = 15
Week = Mapping[int, Sequence[Interval]]
RESTS = timedelta(days=4)  # Nobody orders again within that time.
AT_ONCE = timedelta(hours=2)


class Pick(NamedTuple):
    """So many pieces of an item with these options, all by name."""

    item: str
    options: tuple[str, ...] = ()
    quantity: int = 1
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """What somebody orders; it is picked up unless it goes `to` an address or a table."""

    picks: Sequence[Pick]
    note: str | None = None
    to: Address | str | None = None

    @property
    def way(self) -> str:
        """How they get it."""
        if self.to is None:
            return "pickup"
        return "table" if isinstance(self.to, str) else "delivery"


class Recent(NamedTuple):
    """Ordered so many minutes ago, for as soon as possible or for `tomorrow`; what has become of it since.

    `steps` are statuses, or "given_up" by its customer. `while_open`: at a time when the shop was open.
    """

    ago: int
    errand: Errand
    steps: Sequence[str] = ()
    tomorrow: bool = False
    while_open: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Counter:
    """How a business sells: on each of the last `since` days one of the numbers `a_day` of `errands`.

    `shelf_is_filled` yesterday with so many pieces. `methods` are shares of payments; the rest is paid later.
    """

    errands: Sequence[Errand]
    recent: Sequence[Recent]
    since: int
    a_day: Sequence[int]
    shelf_is_filled: Mapping[str, int] = field(default_factory=dict)
    declined: Sequence[str] = ()
    forgotten: str = ""
    methods: Mapping[str, float] = field(default_factory=lambda: {"card": 0.6, "cash": 0.33})


def keep_counter(story: Story, counter: Counter, week: Week) -> None:
    """Let customers order on the last days and right now, and the team see to it. `week` is when it is open."""
    desk = _Desk(story, counter, week)
    for day in story.days:
        if story.today - timedelta(counter.since) <= day <= story.today:
            desk.plan_day(day)
    story.at(story.now - timedelta(hours=27), desk.fill_shelf)
    for recent in counter.recent:
        desk.plan_recent(recent)


class _Desk:
    """Where the orders of one business come in."""

    def __init__(self, story: Story, counter: Counter, week: Week) -> None:
        self.story, self.counter, self.week = story, counter, week
        self.chance = random.Random(
            f"{story.business.slug} orders"
        )  # The story is the same with them and without.
        self._last: dict[int, datetime] = {}

    def plan_day(self, day: date) -> None:
        """Some order before the shop opens, most while it is open."""
        for opens, closes in self.week.get(day.weekday(), ()):
            for _ in range(self.chance.choice(self.counter.a_day)):
                minute = self.chance.randrange(opens - 40, closes - 60)
                errand, fate = self.chance.choice(self.counter.errands), self.chance.random()
                later = self.chance.choice((0, 0, 0, 2, 4))
                opened = self.story.moment(day, opens)
                self.story.at(
                    self.story.moment(day, minute), partial(self._take_in, errand, fate, later, opened)
                )

    def plan_recent(self, recent: Recent) -> None:
        """What came in just now, as far as it is."""
        asked = self.story.now - timedelta(minutes=recent.ago)
        if recent.while_open:
            asked = self._last_open(asked)
        self.story.at(asked, partial(self._take_recent, recent))

    def fill_shelf(self, now: datetime) -> None:
        """What was ordered of the makers has come."""
        for name, pieces in self.counter.shelf_is_filled.items():
            rows = select(ServiceItem).filter_by(business_id=self.story.business.id, name=name)
            item = db.session.scalars(rows).one()
            change_item(item, ItemWish({"stock": pieces}), by=self.story.member, now=now)

    def _take_in(self, errand: Errand, fate: float, later: int, opened: datetime, now: datetime) -> None:
        """Order, and plan what becomes of it, which is nothing out of the ordinary for nine of ten."""
        due = -(-epoch_minute(now) // QUARTER) * QUARTER + later * 60 if later else None
        order = self._place(errand, due, now)
        if order is None:
            return
        chance, plan = self.chance, partial(self._plan, order)
        seen = max(now, opened) + timedelta(minutes=chance.randrange(1, 11))
        if fate < 0.05:
            plan(now + timedelta(minutes=3), "given_up")
        elif fate < 0.1 and self.counter.declined:
            plan(seen, "declined", chance.choice(self.counter.declined))
        else:
            plan(seen, "accepted")
            made = max(seen + timedelta(minutes=6), order.due_at - timedelta(minutes=chance.randrange(3, 9)))
            plan(made - timedelta(minutes=5), "preparing")
            plan(made, "ready")
            if fate < 0.13 and self.counter.forgotten and errand.way == "pickup":
                plan(order.due_at + timedelta(days=3), "cancelled", self.counter.forgotten)
            else:
                had = max(made, order.due_at) + timedelta(minutes=chance.randrange(1, 40))
                plan(had, "fulfilled")

    def _take_recent(self, recent: Recent, now: datetime) -> None:
        due = self._tomorrow(now) if recent.tomorrow else None
        order = self._place(recent.errand, due, now)
        if order is None:
            return
        apart = min(timedelta(minutes=recent.ago), self.story.now - now, timedelta(minutes=60)) / (
            len(recent.steps) + 1
        )
        for number, step in enumerate(recent.steps, 1):
            self._plan(order, now + number * apart, step, recent.reason)

    def _place(self, errand: Errand, due: int | None, now: datetime) -> Order | None:
        """An order, as its customer would place it; None where it cannot be had, or nobody is known yet."""
        contact = self._somebody(errand.note, now)
        business, settings = self.story.business, known_settings(self.story.business.id)
        if contact is None or settings is None:
            return None
        menu = menu_of(business.id)
        basket = Basket(tuple(_entry(menu, it) for it in errand.picks))
        cost = priced(basket, menu).total
        address = errand.to if isinstance(errand.to, Address) else None
        table = errand.to if isinstance(errand.to, str) else None
        cost += delivery_fee(settings, cost) if address else 0
        wanted = Wanted(basket, errand.way, due, cost, address, table)
        try:
            with db.session.begin_nested():
                order = place(business, wanted, contact, by=VISITOR, now=now)
                if table and order.due_at - now > AT_ONCE:
                    raise TimeGone  # Nobody sits at a table until tomorrow.
        except DomainError:
            return None
        return order

    def _somebody(self, note: str | None, now: datetime) -> Contact | None:
        """One of those who were there before, and did not order just now."""
        known = select(Customer.id, Customer.name, Customer.email, Customer.phone).filter_by(
            business_id=self.story.business.id, erased_at=None, blocked=False, merged_into=None
        )
        rows = db.session.execute(known.where(Customer.email.is_not(None)).order_by(Customer.id)).all()
        found = [it for it in rows if it.id not in self._last or now - self._last[it.id] > RESTS]
        if not found:
            return None
        who = self.chance.choice(found)
        self._last[who.id] = now
        return Contact(who.name, who.email, who.phone, note, self.story.business.language)

    def _plan(self, order: Order, moment: datetime, step: str, reason: str | None = None) -> None:
        self.story.at(moment, lambda now: attempt(lambda: self._do(order, step, reason, now)))

    def _do(self, order: Order, step: str, reason: str | None, now: datetime) -> None:
        """One step. Where it is not that any more, nothing happens."""
        member = self.story.member
        if step == "given_up":
            cancel(order, by=VISITOR, now=now)
        elif step in ("declined", "cancelled"):
            end_order(order, order.status, reason, may_give_back=True, by=member, now=now)
        elif step == "fulfilled":
            bill, method = find_bill(order), self._method()
            left = bill.open_cents if bill else 0
            hand_over(self.story.business, order, method if left else None, left, by=member, now=now)
        else:
            advance(order, order.status, step, by=member, now=now)

    def _method(self) -> str | None:
        fate = self.chance.random()
        for method, share in self.counter.methods.items():
            if fate < share:
                return method
            fate -= share
        return None

    def _last_open(self, moment: datetime) -> datetime:
        """This moment, if the shop is open then for a while yet; else one before it was closed."""
        day = moment.astimezone(self.story.zone).date()
        for back in range(8):
            before = day - timedelta(back)
            for opens, closes in reversed(self.week.get(before.weekday(), ())):
                if self.story.moment(before, opens) <= moment:
                    return min(moment, self.story.moment(before, closes - 60))
        return moment

    def _tomorrow(self, now: datetime) -> int:
        """Two hours after the shop opens on the next day (epoch minute)."""
        day = now.astimezone(self.story.zone).date()
        ahead = next(n for n in range(1, 9) if (day + timedelta(n)).weekday() in self.week)
        opens = self.week[(day + timedelta(ahead)).weekday()][0][0]
        return epoch_minute(self.story.moment(day + timedelta(ahead), opens + 120))


def _entry(menu: Menu, pick: Pick) -> Entry:
    """What was picked, by the ids of the menu of that moment."""
    item = next(it for it in menu.items.values() if it.name == pick.item)
    options = [it for choice in item.choices for it in choice.options if it.name in pick.options]
    return Entry(item.id, tuple(sorted(it.id for it in options)), pick.quantity, pick.note)
