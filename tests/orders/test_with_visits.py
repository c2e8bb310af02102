"""A basket that is booked with a visit: one invoice, both or neither; the order follows what becomes of the visit."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.appointments.answering import accept_unpaid
from app.appointments.awaiting import book_what_is_free, to_pay_first
from app.appointments.billing import issue_finished
from app.appointments.cancelling import cancel
from app.appointments.confirming import confirm
from app.appointments.expiring import expire_dead_holds
from app.appointments.finding import bookings_of_visit
from app.appointments.finishing import complete
from app.appointments.models import Booking
from app.appointments.moving import move
from app.appointments.withdrawing import withdraw
from app.core import clock
from app.core.actor import VISITOR, Actor
from app.core.db import db
from app.core.errors import DomainError
from app.orders.basket import Basket, Entry, priced
from app.orders.billing import paid_and_left
from app.orders.cancelling import AlreadyAccepted, can_cancel
from app.orders.cancelling import cancel as cancel_order
from app.orders.changing import change_order, lock_order
from app.orders.menu import menu_of
from app.orders.models import Order, OrderSettings
from app.orders.placing import BasketChanged, NoOrders
from app.orders.with_visits import NotAtThatTime, NotWithRequest, OrderWithVisit
from app.payments.models import Invoice, InvoiceLine, Refund
from app.payments.refund_steps import RefundStep
from app.payments.starting import start
from app.payments.terms import Terms
from app.schedule.wall_clock import epoch_minute
from app.services.models import Service
from tests.appointments.paid import agree
from tests.appointments.paying import a_deposit_shop, come_in, fresh, invoice_for, with_own_keys
from tests.factories import ANNA, Shop, a_hold, a_shop, berlin
from tests.orders.kitchen import OLIVIA, Kitchen, a_kitchen, an_order

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN, ELEVEN = berlin("2027-03-02 10:00"), berlin("2027-03-02 11:00")
HER = Actor("customer", "Olivia Park", source="web")


@pytest.fixture
def shop(app: Flask, frozen: Any) -> Shop:
    """Sixty euros for a haircut, twenty of them first."""
    frozen.move_to(berlin("2027-03-01 08:00"))
    return a_deposit_shop()


@pytest.fixture
def kitchen(shop: Shop) -> Kitchen:
    """What is ordered is paid first, too."""
    return a_kitchen(shop, prepay="online")


def bottles(kitchen: Kitchen, count: int = 2) -> Basket:
    return Basket((Entry(kitchen.bottle.id, quantity=count),))


def together(
    shop: Shop, kitchen: Kitchen, basket: Basket | None = None, at: Any = TEN, **more: Any
) -> tuple[Booking, Order]:
    """Two bottles for 5.00 and a haircut, booked in one go."""
    booking = a_hold(shop, at)
    basket = basket or bottles(kitchen)
    shown = more.pop("shown", priced(basket, menu_of(shop.business.id)).total)
    companion = OrderWithVisit(shop.business, basket, shown, OLIVIA)
    confirm(
        shop.business,
        booking,
        OLIVIA,
        by=VISITOR,
        now=clock.now(),
        host="book.example",
        companion=companion,
        **more,
    )
    order = Order.query.filter_by(business_id=shop.business.id, visit=booking.visit).one()
    return fresh(booking), order


def pay_for(shop: Shop, booking: Booking) -> Invoice:
    invoice = invoice_for(booking)
    come_in(start(shop.business, invoice, live=False, by_page=False, now=clock.now()))
    return invoice_for(booking)


def left(kitchen: Kitchen) -> int | None:
    return fresh(kitchen.bottle).stock


def labels(invoice: Invoice) -> Sequence[tuple[str, int]]:
    return [(it.label, it.amount_cents) for it in fresh(invoice).lines]


def sent_back(shop: Shop) -> list[int]:
    return sorted(it.amount_cents for it in Refund.query.filter_by(business_id=shop.business.id))


def test_both_are_on_one_invoice_and_count_once_it_is_paid(shop: Shop, kitchen: Kitchen) -> None:
    booking, order = together(shop, kitchen)
    invoice = invoice_for(booking)
    assert (invoice.total_cents, invoice.due_now_cents) == (6500, 2500)
    assert (booking.status, order.status) == ("pending_payment", "pending_payment")
    assert Invoice.query.filter_by(business_id=shop.business.id).count() == 1
    assert (order.due_at, order.way, order.expires_at, left(kitchen)) == (TEN, "pickup", None, 1)
    pay_for(shop, booking)
    assert (fresh(booking).status, fresh(order).status) == ("confirmed", "placed")
    assert paid_and_left(order) == (500, 0)


def test_what_is_not_paid_first_counts_at_once_and_waits_on_the_invoice(app: Flask, frozen: Any) -> None:
    frozen.move_to(berlin("2027-03-01 08:00"))
    shop = a_shop(price_cents=6000)
    kitchen = a_kitchen(shop, accepts_itself=True)
    booking, order = together(shop, kitchen)
    assert (booking.status, order.status, left(kitchen)) == ("confirmed", "accepted", 1)
    invoice = invoice_for(booking)
    assert (invoice.total_cents, invoice.due_now_cents) == (6500, 0)
    assert paid_and_left(order) == (0, 500)


def test_what_is_ordered_is_paid_first_though_the_visit_is_not(app: Flask, frozen: Any) -> None:
    frozen.move_to(berlin("2027-03-01 08:00"))
    shop = a_shop(price_cents=6000)
    with_own_keys(shop)
    kitchen = a_kitchen(shop, prepay="online")
    booking, _order = together(shop, kitchen)
    assert booking.status == "pending_payment"
    assert invoice_for(booking).due_now_cents == 500


@pytest.mark.parametrize(
    ("count", "shown", "refusal"),
    [(4, 1000, BasketChanged), (2, 499, BasketChanged), (2, None, BasketChanged)],
)
def test_the_visit_is_not_booked_without_its_basket(
    shop: Shop, kitchen: Kitchen, count: int, shown: int | None, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal), db.session.begin_nested():
        together(shop, kitchen, bottles(kitchen, count), shown=shown)
    assert left(kitchen) == 3
    assert {it.status for it in Booking.query.filter_by(business_id=shop.business.id)} <= {"held"}
    assert not Order.query.filter_by(business_id=shop.business.id).count()


def test_the_last_piece_that_was_sold_meanwhile_takes_the_place_with_it(shop: Shop, kitchen: Kitchen) -> None:
    basket, kitchen.bottle.stock = bottles(kitchen, 1), 0
    db.session.flush()
    with pytest.raises(BasketChanged), db.session.begin_nested():
        together(shop, kitchen, basket, shown=250)
    assert not Order.query.filter_by(business_id=shop.business.id).count()


def test_nothing_is_ordered_with_what_has_to_be_confirmed_first(shop: Shop, kitchen: Kitchen) -> None:
    db.session.get_one(Service, (shop.business.id, shop.service.id)).approval = True
    db.session.flush()
    with pytest.raises(NotWithRequest), db.session.begin_nested():
        together(shop, kitchen)


def test_nothing_is_ordered_where_nothing_is_picked_up(shop: Shop, kitchen: Kitchen) -> None:
    settings = db.session.get_one(OrderSettings, shop.business.id)
    settings.pickup, settings.at_table, settings.tables = False, True, ["1"]
    db.session.flush()
    with pytest.raises(NoOrders), db.session.begin_nested():
        together(shop, kitchen)


def test_it_is_ready_as_soon_as_it_can_be_during_the_visit(shop: Shop, kitchen: Kitchen) -> None:
    """The kitchen opens at nine and takes twenty minutes; a haircut from nine to half past nine has it at its end."""
    _booking, order = together(shop, kitchen, at=berlin("2027-03-02 09:00"))
    assert order.due_at == berlin("2027-03-02 09:30")


def test_a_visit_that_is_over_before_it_can_be_ready_is_refused(shop: Shop, kitchen: Kitchen) -> None:
    db.session.get_one(OrderSettings, shop.business.id).prepare_min = 60
    db.session.flush()
    with pytest.raises(NotAtThatTime), db.session.begin_nested():
        together(shop, kitchen, at=berlin("2027-03-02 09:00"))


def test_a_visit_further_ahead_than_orders_are_taken_can_have_one(shop: Shop, kitchen: Kitchen) -> None:
    day = berlin("2027-03-23 10:00")
    _booking, order = together(shop, kitchen, at=day)
    assert order.due_at == day


def test_what_is_not_paid_in_time_lapses_together(shop: Shop, kitchen: Kitchen, frozen: Any) -> None:
    booking, order = together(shop, kitchen)
    frozen.move_to(clock.now() + timedelta(hours=2))
    expire_dead_holds(shop.business.id, clock.now())
    assert (fresh(booking).status, fresh(order).status, left(kitchen)) == ("expired", "expired", 3)
    assert invoice_for(booking).void_at is not None


def test_what_is_paid_too_late_is_taken_again_together(shop: Shop, kitchen: Kitchen, frozen: Any) -> None:
    booking, order = together(shop, kitchen)
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    frozen.move_to(clock.now() + timedelta(hours=2))
    expire_dead_holds(shop.business.id, clock.now())
    come_in(payment)
    assert (fresh(booking).status, fresh(order).status, left(kitchen)) == ("confirmed", "placed", 1)
    assert not sent_back(shop)


def test_paid_too_late_for_the_bottles_all_of_the_money_goes_back(
    shop: Shop, kitchen: Kitchen, frozen: Any
) -> None:
    booking, order = together(shop, kitchen)
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    frozen.move_to(clock.now() + timedelta(hours=2))
    expire_dead_holds(shop.business.id, clock.now())
    fresh(kitchen.bottle).stock = 1
    db.session.flush()
    come_in(payment)
    assert (fresh(booking).status, fresh(order).status, left(kitchen)) == ("expired", "expired", 1)
    assert sent_back(shop) == [2500]


@pytest.mark.parametrize("per_quarter", [1, 2])
def test_paid_too_late_for_its_quarter_neither_is_had(
    shop: Shop, kitchen: Kitchen, frozen: Any, per_quarter: int
) -> None:
    booking, order = together(shop, kitchen)
    payment = start(shop.business, invoice_for(booking), live=False, by_page=False, now=clock.now())
    frozen.move_to(clock.now() + timedelta(hours=2))
    expire_dead_holds(shop.business.id, clock.now())
    db.session.get_one(OrderSettings, shop.business.id).per_quarter = per_quarter
    an_order(kitchen, due=epoch_minute(TEN))
    come_in(payment)
    had = ("expired", "expired", 3) if per_quarter == 1 else ("confirmed", "placed", 1)
    assert (fresh(booking).status, fresh(order).status, left(kitchen)) == had
    assert sent_back(shop) == ([2500] if per_quarter == 1 else [])


def test_a_cancelled_visit_takes_the_order_with_it_whose_money_goes_back_whole(
    shop: Shop, kitchen: Kitchen, frozen: Any
) -> None:
    """Of the haircut the deposit is kept, as it was agreed; of the bottles nothing is."""
    agree(shop.business, Terms("deposit", 2000, steps=(RefundStep(60 * 48, 10_000),)))
    shop.business.change_until_min = 0
    db.session.flush()
    booking, order = together(shop, kitchen)
    invoice = pay_for(shop, booking)
    withdraw(shop.business, fresh(booking), [booking.id], by=HER, now=clock.now())
    assert (fresh(order).status, fresh(order).cancelled_by, left(kitchen)) == ("cancelled", "system", 3)
    assert sent_back(shop) == [500]
    assert labels(invoice) == [("Cancellation fee: Haircut", 2000)]
    assert fresh(invoice).number
    assert fresh(invoice).kept_cents == fresh(invoice).total_cents == 2000
    assert order.reason


def test_a_visit_the_business_cancels_gives_everything_back(shop: Shop, kitchen: Kitchen) -> None:
    booking, _order = together(shop, kitchen)
    invoice = pay_for(shop, booking)
    cancel(shop.business, fresh(booking), by=ANNA, now=clock.now())
    assert sent_back(shop) == [500, 2000]
    assert fresh(invoice).kept_cents == 0


def test_what_the_kitchen_has_begun_does_not_end_with_the_visit(shop: Shop, kitchen: Kitchen) -> None:
    booking, order = together(shop, kitchen)
    pay_for(shop, booking)
    for status in ("accepted", "preparing"):
        change_order(lock_order(order), status, by=ANNA, now=clock.now())
    cancel(shop.business, fresh(booking), by=ANNA, now=clock.now())
    assert (fresh(order).status, sent_back(shop)) == ("preparing", [2000])
    change_order(lock_order(order), "cancelled", by=ANNA, now=clock.now())
    assert sent_back(shop) == [500, 2000]


def test_what_is_handed_over_after_its_visit_was_cancelled_has_its_invoice(
    shop: Shop, kitchen: Kitchen
) -> None:
    booking, order = together(shop, kitchen)
    invoice = pay_for(shop, booking)
    for status in ("accepted", "preparing"):
        change_order(lock_order(order), status, by=ANNA, now=clock.now())
    cancel(shop.business, fresh(booking), by=ANNA, now=clock.now())
    assert fresh(invoice).number is None
    change_order(lock_order(order), "fulfilled", by=ANNA, now=clock.now())
    assert fresh(invoice).number
    assert labels(invoice) == [("Water", 500)]


def test_what_is_handed_over_before_its_visit_leaves_the_invoice_open(shop: Shop, kitchen: Kitchen) -> None:
    booking, order = together(shop, kitchen)
    invoice = pay_for(shop, booking)
    for status in ("accepted", "fulfilled"):
        change_order(lock_order(order), status, by=ANNA, now=clock.now())
    assert fresh(invoice).number is None


def test_a_declined_order_gives_back_what_was_paid_for_it_and_leaves_the_visit(
    shop: Shop, kitchen: Kitchen
) -> None:
    booking, order = together(shop, kitchen)
    invoice = pay_for(shop, booking)
    change_order(lock_order(order), "declined", by=ANNA, now=clock.now(), reason="No water today.")
    assert (fresh(booking).status, sent_back(shop), left(kitchen)) == ("confirmed", [500], 3)
    assert labels(invoice) == [("Haircut", 6000)]
    assert (fresh(invoice).kept_cents, fresh(invoice).open_cents) == (2000, 4000)


def test_of_an_invoice_that_was_issued_a_credit_note_takes_the_order_off(
    shop: Shop, kitchen: Kitchen
) -> None:
    booking, order = together(shop, kitchen)
    invoice = pay_for(shop, booking)
    come_in(start(shop.business, fresh(invoice), live=False, by_page=False, now=clock.now()))
    assert fresh(invoice).number
    change_order(lock_order(order), "cancelled", by=ANNA, now=clock.now())
    [note] = Invoice.query.filter_by(business_id=shop.business.id, kind="credit_note")
    assert (note.total_cents, sent_back(shop)) == (-500, [500])
    assert fresh(invoice).kept_cents == 6000 == fresh(invoice).owed_cents


def test_the_order_is_due_when_the_visit_is_after_a_move(shop: Shop, kitchen: Kitchen) -> None:
    booking, order = together(shop, kitchen)
    pay_for(shop, booking)
    appointment = fresh(booking).appointment
    move(shop.business, appointment, start=epoch_minute(ELEVEN), by=ANNA, now=clock.now())
    assert fresh(order).due_at == ELEVEN


def test_a_visit_that_waits_for_its_payment_takes_its_order_along(shop: Shop, kitchen: Kitchen) -> None:
    booking, order = together(shop, kitchen)
    move(shop.business, fresh(booking).appointment, start=epoch_minute(ELEVEN), by=ANNA, now=clock.now())
    assert (fresh(order).status, fresh(order).due_at) == ("pending_payment", ELEVEN)
    pay_for(shop, booking)
    assert (fresh(order).status, fresh(order).due_at) == ("placed", ELEVEN)


def test_what_waits_with_its_visit_is_not_taken_back_alone(shop: Shop, kitchen: Kitchen) -> None:
    booking, order = together(shop, kitchen)
    assert not can_cancel(order)
    with pytest.raises(AlreadyAccepted), db.session.begin_nested():
        cancel_order(order, by=HER, now=clock.now())
    pay_for(shop, booking)
    cancel_order(order, by=HER, now=clock.now())
    assert (fresh(booking).status, fresh(order).status, sent_back(shop)) == ("confirmed", "cancelled", [500])


def test_a_visit_that_is_over_leaves_its_order_to_be_handed_over(
    shop: Shop, kitchen: Kitchen, frozen: Any
) -> None:
    booking, order = together(shop, kitchen)
    pay_for(shop, booking)
    frozen.move_to(berlin("2027-03-02 10:40"))
    complete(shop.business, fresh(booking), by=ANNA, now=clock.now())
    assert fresh(order).status == "placed"
    change_order(lock_order(order), "accepted", by=ANNA, now=clock.now())
    change_order(lock_order(order), "fulfilled", by=ANNA, now=clock.now())
    issue_finished(shop.business, [booking.visit], clock.now())
    assert not sent_back(shop)


def test_what_is_ordered_is_still_due_where_nothing_else_is(app: Flask, frozen: Any) -> None:
    """Nobody takes the haircut for paid because it needs no deposit."""
    frozen.move_to(berlin("2027-03-01 08:00"))
    shop = a_shop(price_cents=6000)
    with_own_keys(shop)
    booking, order = together(shop, a_kitchen(shop, prepay="online"))
    assert to_pay_first(shop.business, [booking]) == 500
    book_what_is_free(shop.business, booking.visit, clock.now())
    assert (fresh(booking).status, fresh(order).status) == ("pending_payment", "pending_payment")


def test_who_is_booked_without_paying_first_has_their_order_too(shop: Shop, kitchen: Kitchen) -> None:
    booking, order = together(shop, kitchen)
    accept_unpaid(shop.business, fresh(booking), by=ANNA, now=clock.now())
    assert (fresh(booking).status, fresh(order).status) == ("confirmed", "placed")


def test_confirming_twice_orders_once(shop: Shop, kitchen: Kitchen) -> None:
    booking, _order = together(shop, kitchen)
    again = OrderWithVisit(shop.business, bottles(kitchen), 500, OLIVIA)
    confirm(shop.business, booking, OLIVIA, by=VISITOR, now=clock.now(), host="book.example", companion=again)
    assert Order.query.filter_by(business_id=shop.business.id).count() == 1
    assert left(kitchen) == 1


def test_numbers_that_are_alike_are_not_mistaken(shop: Shop, kitchen: Kitchen) -> None:
    """An order and a booking may have the same number; the money of one is never that of the other."""
    booking, order = together(shop, kitchen)
    invoice = pay_for(shop, booking)
    lines = InvoiceLine.query.filter_by(business_id=shop.business.id, invoice_id=invoice.id)
    assert {(it.subject_kind, it.subject_id) for it in lines} == {
        ("booking", booking.id),
        ("order", order.id),
    }
    [own] = bookings_of_visit(shop.business.id, booking.visit)
    cancel(shop.business, own, by=ANNA, now=clock.now())
    assert sum(sent_back(shop)) == 2500
