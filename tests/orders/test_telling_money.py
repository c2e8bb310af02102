"""Who is told what about the money of an order: a receipt, what goes back, and what an owner has to look after."""

from typing import Any

import pytest
from flask import Flask

from app.core import clock
from app.core.db import db
from app.notifications.claiming import claim
from app.notifications.models import Notification
from app.orders.cancelling import cancel
from app.orders.changing import change_order, lock_order
from app.orders.models import Order
from app.orders.serving import hand_over, take_for_order
from app.orders.settling import let_lapse
from app.payments.applying import apply_refund_state
from app.payments.models import Invoice, Payment, Refund
from app.payments.refunding import give_back, hand_out
from app.payments.starting import start
from app.payments.stripe.answers import SentBack
from app.payments.unexpected import decide
from tests.appointments.paying import come_in, with_own_keys
from tests.appointments.test_every_mail import mail_of, page_of, text_of
from tests.factories import ANNA, VISITOR, Shop, a_membership, a_shop, a_user, berlin, signed_in
from tests.notifications.messages import messages_of
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.reading import soup, words

MONEY = ("order_receipt", "order_returned", "order_payment_review", "order_refund_failed")


@pytest.fixture
def shop(app: Flask, frozen: Any) -> Shop:
    frozen.move_to(berlin("2027-03-02 10:02"))
    shop = a_shop()
    a_membership(shop.business, "owner", a_user("maya@example.com"))
    a_membership(shop.business, "manager", a_user("manager@example.com"))
    with_own_keys(shop)
    return shop


@pytest.fixture
def kitchen(shop: Shop) -> Kitchen:
    """It is paid online before it counts."""
    return a_kitchen(shop, prepay="online")


def told(kitchen: Kitchen, *kinds: str) -> list[Notification]:
    return [it for it in messages_of(kitchen.business.id) if it.kind in (kinds or MONEY)]


def sending(row: Notification) -> Any:
    """What becomes of a message when its turn comes."""
    claimed = claim(row.id, max(clock.now(), row.send_at), "book.example")
    return claimed and (claimed.status, claimed.last_error)


def said_in(row: Notification) -> list[str]:
    """Its page and its text."""
    mail = mail_of(row)
    return [words(page_of(mail)), text_of(mail)]


def invoice_of(order: Order) -> Invoice:
    return (
        db.session.query(Invoice).filter_by(kind="invoice", subject_uid=order.uid).populate_existing().one()
    )


def begun(kitchen: Kitchen, order: Order) -> Payment:
    return start(kitchen.business, invoice_of(order), live=False, by_page=False, now=clock.now())


def end(order: Order, to: str) -> None:
    change_order(lock_order(order), to, by=ANNA, now=clock.now(), reason="No more dough.")


def sent_back(kitchen: Kitchen, refund: Refund, status: str = "succeeded", **more: Any) -> Refund:
    said = SentBack(f"re_{refund.id}", status, refund.amount_cents, **more)
    return apply_refund_state(kitchen.business.id, refund.id, said, clock.now())


def refunds() -> list[Refund]:
    return db.session.query(Refund).order_by(Refund.id).all()


def promised(kitchen: Kitchen, order: Order, cents: int, key: str = "a") -> Refund:
    """A part of it goes back while it stands."""
    given = {"cause": "member", "key": key, "by": ANNA, "now": clock.now(), "reason": "The pizza was cold."}
    [refund] = give_back(kitchen.business, invoice_of(order), cents, **given)
    return refund


def test_what_was_paid_by_card_has_one_receipt_with_its_invoice(kitchen: Kitchen) -> None:
    order = an_order(kitchen)
    payment = begun(kitchen, order)
    assert told(kitchen) == []
    for _ in range(3):
        come_in(payment)
    [row] = told(kitchen)
    assert (row.kind, row.recipient) == ("order_receipt", "olivia@example.com")
    number = invoice_of(order).number
    assert number
    for said in said_in(row):
        for part in ("Thank you, Olivia Park", "€12.00", "Paid online", "Left to pay", f"Invoice {number}"):
            assert part in said
        assert "had to cancel" not in said
    [paper] = {it["href"] for it in page_of(mail_of(row)).select("a[href$='.pdf']")}
    assert f"/invoices/{invoice_of(order).uid}.pdf" in paper
    assert paper in text_of(mail_of(row))
    assert sending(row) == ("claimed", None)


@pytest.mark.parametrize("wanted", [True, False])
def test_members_send_a_receipt_of_what_they_took_if_it_is_wanted(shop: Shop, wanted: bool) -> None:
    kitchen = a_kitchen(shop)
    order = an_order(kitchen)
    paid: dict[str, Any] = {"receipt": wanted, "by": ANNA, "now": clock.now()}
    for _ in range(2):
        take_for_order(kitchen.business, order, 200, "cash", key="k" * 20, note=None, **paid)
    for status in ("accepted", "preparing", "ready"):
        change_order(lock_order(order), status, by=ANNA, now=clock.now())
    hand_over(kitchen.business, order, "card", 1000, **paid)
    rows = told(kitchen)
    assert len(rows) == (2 if wanted else 0)
    if wanted:
        first, last = (said_in(it)[1] for it in rows)
        assert "Paid in cash: €2.00" in first
        assert "Paid by card: €10.00" in last
        assert "Left to pay: €0.00" in last


def test_whoever_gave_no_address_gets_none(shop: Shop) -> None:
    kitchen = a_kitchen(shop)
    order = an_order(kitchen)
    order.contact_email = None
    paid: dict[str, Any] = {"receipt": True, "by": ANNA, "now": clock.now()}
    take_for_order(kitchen.business, order, 200, "cash", key="k" * 20, note=None, **paid)
    assert told(kitchen) == []


@pytest.mark.parametrize("to", ["declined", "cancelled"])
def test_what_goes_back_because_it_ended_is_said_by_the_letter_of_its_end_alone(
    kitchen: Kitchen, to: str
) -> None:
    order = an_order(kitchen)
    come_in(begun(kitchen, order))
    end(order, to)
    sent_back(kitchen, refunds()[0])
    [receipt] = told(kitchen)
    status, reason = sending(receipt)
    assert (status, receipt.kind) == ("cancelled", "order_receipt")
    assert "The order is not what it was" in reason
    [last] = told(kitchen, f"order_{to}")
    assert "€12.00 goes back to you." in said_in(last)[1]


def test_what_goes_back_of_an_order_that_stands_is_told_once_for_all_of_it(kitchen: Kitchen) -> None:
    order = an_order(kitchen)
    come_in(begun(kitchen, order))
    first, second = promised(kitchen, order, 500), promised(kitchen, order, 300, "b")
    assert told(kitchen, "order_returned") == []
    for refund in (first, first, second):
        sent_back(kitchen, refund)
    [row] = told(kitchen, "order_returned")
    for said in said_in(row):
        for part in ("€8.00", "Why: The pizza was cold.", "the card or account it was paid with"):
            assert part in said
        assert "had to cancel" not in said
    assert sending(row) == ("claimed", None)


def test_money_that_comes_after_it_was_taken_back_is_told_to_go_back(kitchen: Kitchen, frozen: Any) -> None:
    order = an_order(kitchen)
    payment = begun(kitchen, order)
    cancel(order, by=VISITOR, now=clock.now())
    frozen.shift(60)
    come_in(payment)
    assert told(kitchen, "order_receipt") == []
    [refund] = refunds()
    assert told(kitchen, "order_returned") == []
    sent_back(kitchen, refund)
    [row] = told(kitchen, "order_returned")
    assert "€12.00" in said_in(row)[1]


def test_what_was_paid_too_late_is_told_by_one_letter(kitchen: Kitchen, frozen: Any) -> None:
    order = an_order(kitchen)
    payment = begun(kitchen, order)
    frozen.shift(46 * 60)
    let_lapse(kitchen.business.id, clock.now(), 10)
    frozen.shift(24 * 60 * 60)
    come_in(payment)
    [refund] = refunds()
    sent_back(kitchen, refund)
    assert told(kitchen) == []
    [row] = told(kitchen, "order_declined")
    assert "€12.00 goes back to you." in said_in(row)[1]


@pytest.mark.parametrize(("method", "number"), [("cash", 0), ("card", 0), ("transfer", 1)])
def test_what_is_handed_out_over_the_counter_needs_no_mail(shop: Shop, method: str, number: int) -> None:
    kitchen = a_kitchen(shop)
    order = an_order(kitchen)
    take_for_order(kitchen.business, order, 1200, method, key="k" * 20, note=None, by=ANNA, now=clock.now())
    refund = promised(kitchen, order, 500)
    for _ in range(2):
        hand_out(kitchen.business, refund, by=ANNA, now=clock.now())
    rows = told(kitchen, "order_returned")
    assert len(rows) == number
    assert all("bank transfer" in said_in(row)[0] for row in rows)


def test_a_refund_that_fails_is_told_to_the_owners_and_not_to_the_customer(kitchen: Kitchen) -> None:
    order = an_order(kitchen)
    come_in(begun(kitchen, order))
    refund = promised(kitchen, order, 500)
    sent_back(kitchen, refund)
    for _ in range(2):
        sent_back(kitchen, refund, "failed", failure="expired_or_canceled_card")
    [row] = told(kitchen, "order_refund_failed")
    assert row.recipient == "maya@example.com"
    for said in said_in(row):
        for part in ("€5.00", "Olivia Park", "expired_or_canceled_card", "because you own"):
            assert part in said
    assert "/money/reviews" in text_of(mail_of(row))
    assert sending(row) == ("claimed", None)
    [mail] = told(kitchen, "order_returned")
    assert sending(mail) == ("cancelled", "The money could not be sent back.")


def test_a_payment_in_doubt_is_told_to_each_owner_once_and_then_what_becomes_of_it(kitchen: Kitchen) -> None:
    order = an_order(kitchen)
    payment = begun(kitchen, order)
    for _ in range(2):
        come_in(payment, received=700)
    [row] = told(kitchen)
    assert (row.kind, row.recipient) == ("order_payment_review", "maya@example.com")
    for said in said_in(row):
        assert "€7.00 came in, but €12.00 was asked for." in said
    decide(kitchen.business, payment, "give_back", reason="Not the sum.", by=ANNA, now=clock.now())
    assert sending(row) == ("cancelled", "Somebody has looked at the payment already.")
    sent_back(kitchen, refunds()[0])
    [mail] = told(kitchen, "order_returned")
    assert "€7.00" in said_in(mail)[1]


def test_the_forms_offer_a_receipt_where_it_can_be_sent(shop: Shop, app: Flask) -> None:
    kitchen = a_kitchen(shop)
    order = an_order(kitchen)
    for status in ("accepted", "preparing", "ready"):
        change_order(lock_order(order), status, by=ANNA, now=clock.now())
    staff = signed_in(app, a_membership(kitchen.business, "staff", a_user()).user)
    base = f"/manage/{kitchen.business.slug}/orders/{order.id}"
    for page in ("/payments/new", "/handover/new"):
        assert soup(staff.get(base + page)).select_one("input[name=receipt]")
    form = soup(staff.get(f"{base}/payments/new")).select_one("form[action$=payments]")
    sent = {"amount": "2", "method": "cash", "receipt": "y", "key": form.select_one("[name=key]")["value"]}
    assert staff.post(f"{base}/payments", data=sent).status_code == 303
    handed = {"shown": "1000", "paid": "card", "receipt": "y"}
    assert staff.post(f"{base}/handover", data=handed).status_code == 303
    assert len(told(kitchen, "order_receipt")) == 2
    order.contact_email = None
    db.session.commit()
    assert not soup(staff.get(f"{base}/payments/new")).select_one("input[name=receipt]")
