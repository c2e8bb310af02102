"""An order is paid after it lapsed while somebody else orders the last piece, or for the last place in its quarter.

One has it, the other pays nothing.
"""

import pytest

from app.core.db import db
from app.orders.models import Order
from app.payments.models import Payment
from app.services.models import ServiceItem
from tests.races import orders
from tests.races.clients import at_once
from tests.races.crew import DONE, Crew, done
from tests.races.effort import ROUNDS, goes_wrong
from tests.serving import Served

pytestmark = pytest.mark.race
HAVE_IT = ("pending_payment", "placed")


def left(served: Served, business: int, bottle: int) -> tuple[int | None, list[str], int]:
    """The stock, what became of the orders, and how much money is kept."""
    with served.app.app_context():
        rows = db.session.query(Order).filter_by(business_id=business).order_by(Order.id)
        stock = db.session.get_one(ServiceItem, (business, bottle)).stock
        money = db.session.query(Payment).filter_by(business_id=business)
        return stock, [it.status for it in rows], sum(it.received_cents - it.refunded_cents for it in money)


def a_late_payment(served: Served) -> tuple[int, int, int]:
    """The business, the bottle, and a payment for an order that has lapsed."""
    business, bottle = done(served, orders.sell_one_bottle)
    first = done(served, orders.order, business, bottle)
    payment = done(served, orders.begin, business, first)
    assert done(served, orders.lapse, business) == 1
    return business, bottle, payment


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_last_piece_is_of_who_pays_late_or_of_who_orders_now(
    served: Served, crew: Crew, round_: int
) -> None:
    business, bottle, payment = a_late_payment(served)
    paid, ordered = at_once(
        [
            crew.act(served, orders.pay, business, payment),
            crew.act(served, orders.order, business, bottle),
        ]
    )
    assert paid.word == DONE, paid
    assert ordered.word in (DONE, "BasketChanged", "SoldOut"), ordered
    stock, states, kept = left(served, business, bottle)
    assert stock == 0
    assert sum(it in HAVE_IT for it in states) == 1
    assert kept == (250 if paid.value == "placed" else 0)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_paid_while_it_lapses_it_is_had_or_paid_back(served: Served, crew: Crew, round_: int) -> None:
    business, bottle = done(served, orders.sell_one_bottle)
    first = done(served, orders.order, business, bottle)
    payment = done(served, orders.begin, business, first)
    words = at_once(
        [crew.act(served, orders.pay, business, payment), crew.act(served, orders.lapse, business)]
    )
    assert {it.word for it in words} == {DONE}
    assert left(served, business, bottle) == (0, ["placed"], 250)


def a_late_payment_for_noon(served: Served) -> tuple[int, int, int]:
    """The same, for a quarter of an hour in which one order has room."""
    business, bottle = done(served, orders.sell_one_in_a_quarter)
    first = done(served, orders.order_for_noon, business, bottle)
    payment = done(served, orders.begin, business, first)
    assert done(served, orders.lapse, business) == 1
    return business, bottle, payment


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_place_in_a_quarter_is_of_who_pays_late_or_of_who_orders_now(
    served: Served, crew: Crew, round_: int
) -> None:
    business, bottle, payment = a_late_payment_for_noon(served)
    paid, ordered = at_once(
        [
            crew.act(served, orders.pay, business, payment),
            crew.act(served, orders.order_for_noon, business, bottle),
        ]
    )
    assert paid.word == DONE, paid
    assert ordered.word in (DONE, "TimeGone"), ordered
    _stock, states, kept = left(served, business, bottle)
    assert sum(it in HAVE_IT for it in states) == 1
    assert (kept, ordered.word) == ((250, "TimeGone") if paid.value == "placed" else (0, DONE))


def test_looked_for_and_then_taken_a_quarter_has_two(unguarded: Served, crew: Crew) -> None:
    """The negative control: without the lock both have room."""

    def fails(_round: int) -> bool:
        business, bottle, payment = a_late_payment_for_noon(unguarded)
        at_once(
            [
                crew.act(unguarded, orders.pay_slowly, business, payment),
                crew.act(unguarded, orders.order_for_noon_later, business, bottle),
            ]
        )
        _stock, states, _kept = left(unguarded, business, bottle)
        return sum(it in HAVE_IT for it in states) == 2

    assert goes_wrong(fails)


def test_read_and_then_written_the_last_piece_is_sold_twice(unguarded: Served, crew: Crew) -> None:
    """The negative control: without the lock and the conditional update both have it."""
    business, bottle, payment = a_late_payment(unguarded)
    at_once(
        [
            crew.act(unguarded, orders.pay_carelessly, business, payment),
            crew.act(unguarded, orders.order, business, bottle),
        ]
    )
    _stock, states, _kept = left(unguarded, business, bottle)
    assert sum(it in HAVE_IT for it in states) == 2
