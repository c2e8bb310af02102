"""The last bottle and a place are wanted together: who is booked has their bottle, who has not is not booked."""

import secrets
from typing import NamedTuple

import pytest

from app.appointments.confirming import confirm
from app.appointments.expiring import expire_dead_holds
from app.appointments.models import Booking, Hold
from app.appointments.placing import Wish
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.orders.basket import Basket, Entry
from app.orders.models import Order
from app.orders.with_visits import OrderWithVisit
from app.payments import starting
from app.payments.models import Invoice, Payment
from app.schedule.wall_clock import epoch_minute
from app.services.models import ServiceItem
from tests.appointments.paying import come_in, with_own_keys
from tests.factories import a_shop
from tests.orders.kitchen import a_kitchen
from tests.races import acts, orders
from tests.races.clients import at_once, next_open
from tests.races.crew import DONE, Crew, done
from tests.races.effort import ROUNDS
from tests.serving import Served

pytestmark = pytest.mark.race
REFUSED = ("BasketChanged", "SoldOut")


class Salon(NamedTuple):
    """A business that cuts hair and has one bottle left, by ids that any process can use."""

    business: int
    service: int
    bottle: int


def open_salon(*, is_paid_first: bool = False) -> Salon:
    """Two people work there."""
    shop = a_shop(people=2)
    kitchen = a_kitchen(shop, prepay="online" if is_paid_first else "on_site")
    if is_paid_first:
        with_own_keys(shop)
    kitchen.bottle.stock = 1
    db.session.flush()
    return Salon(shop.business.id, shop.service.id, kitchen.bottle.id)


def hold(salon: Salon, hour: int) -> int:
    """A haircut of somebody of their own, in some days."""
    return acts.hold(salon.business, Wish(salon.service, epoch_minute(next_open(hour))))


def book(salon: Salon, booking: int) -> str:
    """With the bottle; what becomes of the booking."""
    business, held = _rows(salon, booking)
    who = _somebody()
    companion = OrderWithVisit(business, Basket((Entry(salon.bottle),)), 250, who)
    confirm(
        business,
        held,
        who,
        by=VISITOR,
        now=clock.now(),
        host="book.example",
        limits=acts.LIMITS,
        companion=companion,
    )
    return held.status


def book_alone(salon: Salon, booking: int) -> str:
    """By a program that books the place and leaves the bottle for afterwards."""
    business, held = _rows(salon, booking)
    confirm(business, held, _somebody(), by=VISITOR, now=clock.now(), host="book.example", limits=acts.LIMITS)
    return held.status


def begin(salon: Salon, booking: int) -> int:
    """They press "pay"; the payment."""
    business, held = _rows(salon, booking)
    invoice = db.session.query(Invoice).filter_by(business_id=business.id, subject_uid=held.visit).one()
    return starting.start(business, invoice, live=False, by_page=False, now=clock.now()).id


def pay(salon: Salon, payment: int) -> None:
    """Its money comes in."""
    come_in(db.session.get_one(Payment, (salon.business, payment)))


def lapse(salon: Salon) -> int:
    """The time of whoever was to pay is over; how many that were."""
    lock_schedule(salon.business)
    for ticket in db.session.query(Hold).filter_by(business_id=salon.business):
        ticket.expires_at = clock.now()
    db.session.flush()
    return expire_dead_holds(salon.business, clock.now())


def is_torn(served: Served, salon: Salon) -> bool:
    """Whether somebody is booked without the bottle they wanted with it, or has it without being booked."""
    with served.app.app_context():
        booked = db.session.query(Booking).filter_by(business_id=salon.business, status="confirmed")
        placed = db.session.query(Order).filter(
            Order.business_id == salon.business, Order.visit.is_not(None), Order.status == "placed"
        )
        return {it.visit for it in booked} != {it.visit for it in placed}


def stock(served: Served, salon: Salon) -> int | None:
    with served.app.app_context():
        return db.session.get_one(ServiceItem, (salon.business, salon.bottle)).stock


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_two_visits_with_the_last_bottle_one_is_booked(served: Served, crew: Crew, round_: int) -> None:
    salon = done(served, open_salon)
    held = [done(served, hold, salon, hour) for hour in (10, 11)]
    outcomes = at_once([crew.act(served, book, salon, it) for it in held])
    assert sorted(it.word for it in outcomes if it.word == DONE) == [DONE], outcomes
    assert all(it.word in (DONE, *REFUSED) for it in outcomes), outcomes
    assert stock(served, salon) == 0
    assert not is_torn(served, salon)


def test_booking_first_and_ordering_afterwards_is_seen_to_tear_them(served: Served, crew: Crew) -> None:
    salon = done(served, open_salon)
    held = [done(served, hold, salon, hour) for hour in (10, 11)]
    at_once([crew.act(served, book_alone, salon, it) for it in held])
    assert is_torn(served, salon)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_visit_with_the_last_bottle_against_who_only_wants_the_bottle(
    served: Served, crew: Crew, round_: int
) -> None:
    salon = done(served, open_salon)
    held = done(served, hold, salon, 10)
    visit, bottle = at_once(
        [
            crew.act(served, book, salon, held),
            crew.act(served, orders.order, salon.business, salon.bottle),
        ]
    )
    assert sorted([visit.word == DONE, bottle.word == DONE]) == [False, True], (visit, bottle)
    assert {visit.word, bottle.word} <= {DONE, *REFUSED}
    assert stock(served, salon) == 0
    assert not is_torn(served, salon)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_paid_too_late_both_are_had_or_all_of_the_money_goes_back(
    served: Served, crew: Crew, round_: int
) -> None:
    salon = done(served, lambda: open_salon(is_paid_first=True))
    held = done(served, hold, salon, 10)
    done(served, book, salon, held)
    payment = done(served, begin, salon, held)
    assert done(served, lapse, salon) == 1
    paid, bottle = at_once(
        [
            crew.act(served, pay, salon, payment),
            crew.act(served, orders.order, salon.business, salon.bottle),
        ]
    )
    assert paid.word == DONE, paid
    assert bottle.word in (DONE, *REFUSED), bottle
    assert not is_torn(served, salon)
    with served.app.app_context():
        status = db.session.get_one(Booking, (salon.business, held)).status
        money = db.session.get_one(Payment, (salon.business, payment))
        kept = money.received_cents - money.refunded_cents
    assert (status, kept) == (("expired", 0) if bottle.word == DONE else ("confirmed", 250))
    assert stock(served, salon) == 0


def _somebody() -> Contact:
    return Contact("Grace Hopper", f"{secrets.token_hex(6)}@example.com", language="en-GB")


def _rows(salon: Salon, booking: int) -> tuple[Business, Booking]:
    business = db.session.get_one(Business, salon.business)
    return business, db.session.get_one(Booking, (salon.business, booking))
