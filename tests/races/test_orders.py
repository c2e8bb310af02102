"""Many people order at the same moment, and several hands are on one order."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple
from unittest import mock

import pytest
import sqlalchemy as sa

from app.businesses.models import Business
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.orders import cancelling, placing, stock
from app.orders.basket import Basket, Entry, priced
from app.orders.changing import change_order, lock_order
from app.orders.finding import load_order
from app.orders.menu import menu_of
from app.orders.models import Order
from app.orders.settling import let_lapse
from app.schedule.wall_clock import epoch_minute
from app.services.models import ServiceItem
from tests.factories import ANNA
from tests.orders.kitchen import a_kitchen
from tests.races.clients import at_once, next_open
from tests.races.crew import DONE, Crew, done
from tests.races.effort import ROUNDS, goes_wrong
from tests.serving import Served

pytestmark = pytest.mark.race
PEOPLE = 50
NOON = epoch_minute(next_open(12, 2))


class Stall(NamedTuple):
    """A business that sells bottles, by ids that any process can use."""

    business: int
    bottle: int


def open_stall(pieces: int | None, per_quarter: int | None = None) -> Stall:
    """So many bottles are there, and so many orders go into a quarter of an hour."""
    kitchen = a_kitchen(per_quarter=per_quarter)
    kitchen.bottle.stock = pieces
    db.session.flush()
    return Stall(kitchen.business.id, kitchen.bottle.id)


def order(stall: Stall) -> int:
    """Somebody of their own orders a bottle for noon."""
    business = db.session.get_one(Business, stall.business)
    basket = Basket((Entry(stall.bottle),))
    wanted = placing.Wanted(basket, "pickup", NOON, priced(basket, menu_of(business.id)).total)
    who = Contact("Grace Hopper", f"{secrets.token_hex(6)}@example.com", language="en-GB")
    return placing.place(business, wanted, who, by=VISITOR, now=clock.now()).id


def order_naively(stall: Stall) -> int:
    """The same by a program that reads what is left and writes what will be."""
    with mock.patch.object(placing, "take_pieces", _take_naively):
        return order_without_number(stall)


def _take_naively(business: int, wanted: Mapping[int, int]) -> set[int]:
    for item, pieces in wanted.items():
        row = {"business": business, "item": item, "pieces": pieces}
        left = db.session.scalar(sa.text("SELECT stock FROM service_items WHERE id = :item"), row)
        if left < pieces:
            raise stock.SoldOut
        db.session.execute(sa.text("SELECT pg_sleep(0.02)"))
        new = sa.text("UPDATE service_items SET stock = :left WHERE business_id = :business AND id = :item")
        db.session.execute(new, row | {"left": left - pieces})
    return set(wanted)


def order_without_number(stall: Stall) -> int:
    """An order that waits for no other, because its number comes from nowhere."""
    with mock.patch.object(placing, "_next_number", return_value=secrets.randbelow(10**9)):
        return order(stall)


def change(stall: Stall, order_id: int, to: str) -> None:
    """A member puts it into another state."""
    change_order(lock_order(_order(stall, order_id)), to, by=ANNA, now=clock.now())


def change_unlocked(stall: Stall, order_id: int, to: str) -> None:
    """The same by a program that goes by what it read."""
    found = _order(stall, order_id)
    assert found.lines
    db.session.execute(sa.text("SELECT pg_sleep(0.3)"))
    change_order(found, to, by=ANNA, now=clock.now())


def cancel(stall: Stall, order_id: int) -> None:
    """Its customer takes it back."""
    cancelling.cancel(_order(stall, order_id), by=VISITOR, now=clock.now())


def lapse(stall: Stall) -> None:
    """The clock ends what nobody paid for."""
    let_lapse(stall.business, clock.now(), 10)


def wait_for_money(stall: Stall, order_id: int) -> None:
    """It waits for a payment that has not come in time."""
    found = _order(stall, order_id)
    found.status, found.expires_at = "pending_payment", clock.now() - timedelta(minutes=1)


def _order(stall: Stall, order_id: int) -> Order:
    found = load_order(stall.business, order_id)
    assert found is not None
    return found


def left(served: Served, stall: Stall) -> int | None:
    """How many bottles there are."""
    with served.app.app_context():
        item = db.session.get_one(ServiceItem, (stall.business, stall.bottle), populate_existing=True)
        return item.stock


def orders(served: Served, stall: Stall) -> list[str]:
    """The states of all orders there are."""
    with served.app.app_context():
        return list(db.session.scalars(sa.select(Order.status).filter_by(business_id=stall.business)))


def test_fifty_who_want_the_last_piece_leave_one_who_has_it(served: Served, crew: Crew) -> None:
    stall = done(served, open_stall, 1)
    words = [it.word for it in at_once([crew.act(served, order, stall)] * PEOPLE)]
    assert words.count(DONE) == 1
    assert set(words) <= {DONE, "BasketChanged", "SoldOut"}
    assert (left(served, stall), orders(served, stall)) == (0, ["placed"])


def test_a_stock_that_is_read_and_then_written_is_sold_twice(unguarded: Served, crew: Crew) -> None:
    """The negative control of the test above."""

    def fails(_round: int) -> bool:
        stall = done(unguarded, open_stall, 1)
        words = [it.word for it in at_once([crew.act(unguarded, order_naively, stall)] * 4)]
        return words.count(DONE) > 1

    assert goes_wrong(fails)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_quarter_of_an_hour_takes_no_more_orders_than_it_may(
    served: Served, crew: Crew, round_: int
) -> None:
    stall = done(served, open_stall, None, 3)
    words = [it.word for it in at_once([crew.act(served, order, stall)] * 20)]
    assert (words.count(DONE), words.count("TimeGone")) == (3, 17)


def test_without_the_lock_a_quarter_of_an_hour_takes_more(unguarded: Served, crew: Crew) -> None:
    """The negative control of the test above."""

    def fails(_round: int) -> bool:
        stall = done(unguarded, open_stall, None, 1)
        words = [it.word for it in at_once([crew.act(unguarded, order_without_number, stall)] * 4)]
        return words.count(DONE) > 1

    assert goes_wrong(fails)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_of_two_who_decide_about_an_order_one_is_told_that_it_changed(
    served: Served, crew: Crew, round_: int
) -> None:
    stall = done(served, open_stall, 5)
    number = done(served, order, stall)
    calls = [crew.act(served, change, stall, number, to) for to in ("declined", "accepted")]
    declined, accepted = (it.word for it in at_once(calls))
    assert sorted([declined, accepted]) == sorted([DONE, "OrderChanged"])
    is_accepted = accepted == DONE
    assert orders(served, stall) == ["accepted" if is_accepted else "declined"]
    assert left(served, stall) == (4 if is_accepted else 5)


def test_who_goes_by_what_they_read_both_decide(unguarded: Served, crew: Crew) -> None:
    """The negative control of the test above, and of that below: the pieces come back twice."""

    def fails(_round: int) -> bool:
        stall = done(unguarded, open_stall, 5)
        number = done(unguarded, order, stall)
        calls = [crew.act(unguarded, change_unlocked, stall, number, to) for to in ("declined", "cancelled")]
        return [it.word for it in at_once(calls)] == [DONE, DONE] and left(unguarded, stall) == 6

    assert goes_wrong(fails)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_what_is_cancelled_while_it_lapses_gives_its_pieces_back_once(
    served: Served, crew: Crew, round_: int
) -> None:
    stall = done(served, open_stall, 5)
    number = done(served, order, stall)
    done(served, wait_for_money, stall, number)
    calls = [crew.act(served, cancel, stall, number), *[crew.act(served, lapse, stall)] * 3]
    cancelled, *lapsed = (it.word for it in at_once(calls))
    assert cancelled in (DONE, "AlreadyAccepted")
    assert set(lapsed) == {DONE}
    assert orders(served, stall) == ["cancelled" if cancelled == DONE else "expired"]
    assert left(served, stall) == 5
