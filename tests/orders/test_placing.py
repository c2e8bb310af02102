"""Placing an order: what it costs, what it takes, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.customers.blocking import CallUs
from app.customers.models import Customer
from app.orders.basket import Basket, Entry, NotToBeHad, chosen_options, read_basket, write_basket
from app.orders.changing import OrderChanged, change_order, lock_order
from app.orders.delivering import Address, NotDeliveredThere
from app.orders.menu import menu_of
from app.orders.placing import BasketChanged, NoOrders, NothingOrdered, TimeGone, TooLittle, Wanted, place
from app.payments.models import Invoice
from app.schedule.wall_clock import epoch_minute
from tests.factories import berlin
from tests.orders.kitchen import OLIVIA, Kitchen, a_kitchen, an_order

TUESDAY = "2027-03-02 10:02"
HOME = Address("Linden 4", "10115", "Berlin")


@pytest.fixture(autouse=True)
def _at_ten(app: Flask, frozen: Any) -> None:
    frozen.move_to(berlin(TUESDAY))


def _bottles(kitchen: Kitchen, pieces: int) -> Entry:
    return Entry(kitchen.bottle.id, quantity=pieces)


def _left(kitchen: Kitchen) -> int | None:
    db.session.refresh(kitchen.bottle)
    return kitchen.bottle.stock


def test_the_price_is_that_of_the_menu_with_its_options() -> None:
    kitchen = a_kitchen()
    order = an_order(
        kitchen, Entry(kitchen.pizza.id, (kitchen.large.id, kitchen.olives.id), 2), _bottles(kitchen, 1)
    )
    assert order.total_cents == 2 * (900 + 300 + 100) + 250
    assert [(it.name, it.quantity, it.unit_cents) for it in order.lines] == [
        ("Margherita", 2, 1300),
        ("Water", 1, 250),
    ]
    assert order.status == "placed"
    assert order.number == 1
    # Twenty minutes from 10:02, in the quarter that begins next.
    assert order.due_at == berlin("2027-03-02 10:30")
    invoice = db.session.query(Invoice).filter_by(subject_kind="order", subject_uid=order.uid).one()
    assert (invoice.total_cents, invoice.prepay_cents) == (2850, 0)


def test_a_tax_that_is_added_is_in_the_price_that_is_shown() -> None:
    kitchen = a_kitchen()
    kitchen.business.tax_included = False
    kitchen.service.tax_bp = 1900
    db.session.flush()
    db.session.expire_all()
    item = menu_of(kitchen.business.id).items[kitchen.pizza.id]
    assert item.price == 1071
    assert item.choices[0].options[1].extra == 357


def test_another_price_than_was_shown_is_not_slipped_in() -> None:
    kitchen = a_kitchen()
    with pytest.raises(BasketChanged):
        an_order(kitchen, shown=900)


def test_the_last_pieces_are_taken_and_given_back_once() -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen, _bottles(kitchen, 2))
    assert _left(kitchen) == 1
    with pytest.raises(BasketChanged):
        an_order(kitchen, _bottles(kitchen, 2))
    change_order(lock_order(order), "cancelled", by=VISITOR, now=clock.now())
    assert _left(kitchen) == 3
    with pytest.raises(OrderChanged):
        change_order(lock_order(order), "declined", by=SYSTEM, now=clock.now())
    assert _left(kitchen) == 3


def test_what_is_had_stays_sold_and_gets_its_invoice() -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen, _bottles(kitchen, 3))
    for status in ("accepted", "preparing", "ready", "fulfilled"):
        change_order(lock_order(order), status, by=SYSTEM, now=clock.now())
    assert _left(kitchen) == 0
    invoice = db.session.query(Invoice).filter_by(subject_uid=order.uid).one()
    assert invoice.number is not None


def test_a_full_quarter_takes_no_more() -> None:
    kitchen = a_kitchen(per_quarter=1)
    due = epoch_minute(berlin("2027-03-02 12:00"))
    an_order(kitchen, due=due)
    with pytest.raises(TimeGone):
        an_order(kitchen, due=due)
    assert an_order(kitchen, due=due + 15).due_at == berlin("2027-03-02 12:15")


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-02 10:15",  # Not made by then.
        "2027-03-02 09:30",  # Past.
        "2027-03-02 18:15",  # Closed.
        "2027-03-06 12:00",  # A Saturday.
        "2027-03-02 12:07",  # No quarter.
        "2027-03-12 12:00",  # Too far ahead.
    ],
)
def test_a_time_that_is_not_offered_is_refused(text: str) -> None:
    kitchen = a_kitchen()
    with pytest.raises(TimeGone):
        an_order(kitchen, due=epoch_minute(berlin(text)))


def test_breakfast_is_had_in_the_morning_alone() -> None:
    kitchen = a_kitchen()
    kitchen.pizza.until_min = 11 * 60
    db.session.flush()
    an_order(kitchen, due=epoch_minute(berlin("2027-03-03 11:00")))
    with pytest.raises(TimeGone):
        an_order(kitchen, due=epoch_minute(berlin("2027-03-03 11:15")))


def test_no_orders_while_they_are_paused() -> None:
    kitchen = a_kitchen(paused_until=clock.now() + timedelta(hours=1))
    with pytest.raises(TimeGone):
        an_order(kitchen)


@pytest.mark.parametrize(("way", "table"), [("delivery", None), ("table", "4"), ("pickup", "4")])
def test_only_ways_that_are_offered(way: str, table: str | None) -> None:
    kitchen = a_kitchen(pickup=False, at_table=True, tables=["1", "2"])
    with pytest.raises(NoOrders):
        an_order(kitchen, way=way, table=table)


def test_a_delivery_goes_to_the_area_from_an_amount_on() -> None:
    kitchen = a_kitchen(
        delivery=True,
        postcodes=["101"],
        delivery_least_cents=1200,
        delivery_fee_cents=300,
        delivery_free_cents=3000,
    )
    order = an_order(kitchen, way="delivery", address=HOME, shown=1500)
    assert (order.delivery_cents, order.total_cents, order.street) == (300, 1500, "Linden 4")
    # Made in twenty minutes, half an hour on the way.
    assert order.due_at == berlin("2027-03-02 11:00")
    many = Entry(kitchen.pizza.id, (kitchen.large.id,), 3)
    assert an_order(kitchen, many, way="delivery", address=HOME, shown=3600).delivery_cents == 0
    with pytest.raises(NotDeliveredThere):
        an_order(kitchen, way="delivery", address=Address("Far 1", "20095", "Hamburg"), shown=1500)
    with pytest.raises(TooLittle):
        an_order(
            kitchen, Entry(kitchen.pizza.id, (kitchen.small.id,)), way="delivery", address=HOME, shown=1200
        )


@pytest.mark.parametrize("wanted", [(), (0,), (1, 2), (3, 3)])
def test_options_have_to_be_those_of_the_item(wanted: tuple[int, ...]) -> None:
    kitchen = a_kitchen()
    item = menu_of(kitchen.business.id).items[kitchen.pizza.id]
    ids = {1: kitchen.small.id, 2: kitchen.large.id, 3: kitchen.olives.id, 0: 10**9}
    with pytest.raises(NotToBeHad):
        chosen_options(item, [ids[it] for it in wanted])


def test_an_empty_basket_and_another_business_s_item_are_refused() -> None:
    kitchen, other = a_kitchen(), a_kitchen()
    with pytest.raises(NothingOrdered):
        place(kitchen.business, Wanted(Basket(), "pickup", None, 0), OLIVIA, by=VISITOR, now=clock.now())
    with pytest.raises(BasketChanged):
        an_order(kitchen, Entry(other.pizza.id, (other.large.id,)), shown=1200)


def test_who_is_blocked_is_asked_to_call() -> None:
    kitchen = a_kitchen()
    an_order(kitchen)
    db.session.query(Customer).filter_by(business_id=kitchen.business.id).one().blocked = True
    db.session.flush()
    with pytest.raises(CallUs):
        an_order(kitchen)


def test_a_basket_is_for_one_business_and_cannot_be_written_by_others() -> None:
    basket = (
        Basket().with_more(Entry(7, (1, 2), 2)).with_more(Entry(7, (1, 2), 1)).with_more(Entry(8, note="hot"))
    )
    token = write_basket(1, basket)
    assert read_basket(1, token) == basket
    assert [it.quantity for it in basket.entries] == [3, 1]
    assert read_basket(2, token) == Basket()
    assert read_basket(1, token[:-4] + "AAAA") == Basket()
