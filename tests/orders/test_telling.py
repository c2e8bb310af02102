"""Who is told what about an order, when, and that what has not left yet is put right."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from app.auth.models import User
from app.businesses.models import Membership
from app.core import clock
from app.core.actor import SYSTEM, VISITOR, Actor
from app.core.db import db
from app.customers.meeting import Contact
from app.notifications.jobs import deliver_due
from app.notifications.kinds import find_kind
from app.notifications.leaving_out import AlwaysSent, set_sent
from app.notifications.models import MessageSettings, Notification
from app.notifications.sms.segments import segments_of
from app.notifications.writing import written_now
from app.orders import telling
from app.orders.cancelling import cancel
from app.orders.changing import change_order, lock_order
from app.orders.models import TRANSITIONS, Order
from app.orders.telling import TOLD
from tests.factories import a_membership, a_user, berlin
from tests.notifications.messages import again, messages_of
from tests.orders.kitchen import Kitchen, a_kitchen, an_order

TUESDAY = "2027-03-02 10:02"
BY_PHONE = Contact("Olivia Park", None, phone="+4915112345678", language="en-GB")
BOTH = Contact("Olivia Park", "olivia@example.com", phone="+4915112345678", language="en-GB")


@pytest.fixture(autouse=True)
def _at_ten(app: Flask, frozen: Any) -> None:
    frozen.move_to(berlin(TUESDAY))


def to(order: Order, *statuses: str, by: Actor = SYSTEM, reason: str | None = None) -> Order:
    """Put it through these states."""
    for status in statuses:
        order = lock_order(order)
        change_order(order, status, by=by, now=clock.now(), reason=reason)
    return order


def told(kitchen: Kitchen, kinds: Sequence[str] = TOLD) -> list[tuple[str, str, str]]:
    """What is said, or was: kind, channel and status."""
    rows = [it for it in messages_of(kitchen.business.id) if it.kind in kinds]
    return [(it.kind.removeprefix("order_"), it.channel, it.status) for it in rows]


def planned(kitchen: Kitchen, kinds: Sequence[str] = TOLD) -> list[str]:
    return [kind for kind, _channel, status in told(kitchen, kinds) if status == "pending"]


def has_left(kitchen: Kitchen) -> None:
    """As if all that waits had been sent."""
    for row in messages_of(kitchen.business.id):
        if row.status == "pending":
            row.status, row.sent_at = "sent", clock.now()
    db.session.flush()


def says(kitchen: Kitchen, kind: str) -> str:
    """The text of the last message of a kind."""
    row = [it for it in messages_of(kitchen.business.id) if it.kind == f"order_{kind}"][-1]
    return written_now(row).body


def texts(kitchen: Kitchen) -> None:
    db.session.add(MessageSettings(business_id=kitchen.business.id, sms_limit=100))
    db.session.flush()


def a_member(kitchen: Kitchen, role: str = "owner", **notices: str) -> User:
    member = a_membership(kitchen.business, role, a_user(f"{role}@example.com"))
    member.notices = notices
    db.session.flush()
    return member.user


def reason_of(row: Notification) -> str | None:
    """Why its room would not send it any more."""
    found = find_kind(row.kind).wanted(again(row))
    return str(found) if found else None


def test_each_step_that_matters_is_told_once_by_mail() -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen)
    has_left(kitchen)
    to(order, "accepted")
    has_left(kitchen)
    to(order, "preparing", "ready")
    has_left(kitchen)
    to(order, "fulfilled")
    assert told(kitchen) == [(it, "email", "sent") for it in ("placed", "accepted", "ready")]
    row = messages_of(kitchen.business.id)[0]
    assert (row.recipient, row.language) == ("olivia@example.com", "en-GB")
    assert row.dedupe_key == f"b{kitchen.business.id}:order{order.id}:s1:placed:email"
    assert row.expires_at == berlin("2027-03-02 13:30")


def test_a_business_that_accepts_by_itself_says_so_at_once() -> None:
    kitchen = a_kitchen(accepts_itself=True)
    an_order(kitchen)
    assert planned(kitchen) == ["accepted"]
    assert "You can pick it up at this time: Tue 2 Mar, 10:30." in says(kitchen, "accepted")


def test_what_was_not_read_yet_is_put_right() -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen)
    to(order, "accepted")
    assert told(kitchen) == [("placed", "email", "cancelled"), ("accepted", "email", "pending")]
    to(order, "ready")
    assert planned(kitchen) == ["ready"]
    to(order, "fulfilled")
    assert planned(kitchen) == []
    called_off = [it for it in messages_of(kitchen.business.id) if it.status == "cancelled"]
    assert {it.last_error for it in called_off} == {
        "The order changed again, and a newer message says so.",
        "The order was over before it was sent.",
    }


def test_it_was_not_ready_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TRANSITIONS, "ready", ("preparing", "fulfilled", "cancelled"))
    kitchen = a_kitchen()
    order = an_order(kitchen)
    has_left(kitchen)
    to(order, "accepted", "ready")
    assert planned(kitchen) == ["ready"]
    to(order, "preparing")
    # The acceptance was never read: what had taken its place is gone.
    assert planned(kitchen) == ["accepted"]
    to(order, "ready")
    assert planned(kitchen) == ["ready"]
    has_left(kitchen)
    to(order, "preparing", "ready")
    assert planned(kitchen) == []


@pytest.mark.parametrize("role", ["member", "visitor"])
def test_whoever_cancels_the_customer_reads_it(role: str) -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen)
    has_left(kitchen)
    if role == "visitor":
        cancel(order, by=VISITOR, now=clock.now())
        assert "You took it back; there is nothing more to do." in says(kitchen, "cancelled")
    else:
        to(order, "cancelled", reason="The oven is broken.")
        words = says(kitchen, "cancelled")
        assert "had to cancel it." in words
        assert "The oven is broken." in words
    assert planned(kitchen) == ["cancelled"]
    assert "You owe nothing for it." in says(kitchen, "cancelled")


def test_what_is_declined_or_not_answered_is_told_with_the_reason() -> None:
    kitchen = a_kitchen()
    to(an_order(kitchen), "declined", reason="No dough\nleft.")
    assert planned(kitchen) == ["declined"]
    assert "it cannot be made this time.\n\nNo dough left." in says(kitchen, "declined")
    to(an_order(kitchen), "expired")
    assert planned(kitchen) == ["declined", "declined"]
    assert "could not be answered in time." in says(kitchen, "declined")


@pytest.mark.parametrize("end", ["expired", "cancelled"])
def test_nobody_hears_of_the_end_of_what_they_heard_nothing_of(end: str) -> None:
    kitchen = a_kitchen()
    a_member(kitchen)
    order = an_order(kitchen)
    db.session.query(Notification).delete()
    order.status, order.expires_at = "pending_payment", clock.now() + timedelta(minutes=45)
    db.session.flush()
    to(order, end, by=VISITOR)
    assert messages_of(kitchen.business.id) == []


def test_what_was_paid_after_all_is_told_anew() -> None:
    kitchen = a_kitchen()
    order = to(an_order(kitchen), "expired")
    has_left(kitchen)
    to(order, "accepted")
    assert planned(kitchen) == ["accepted"]
    assert reason_of(messages_of(kitchen.business.id)[-1]) is None


def test_who_has_only_a_number_is_texted_where_texts_are_sent() -> None:
    kitchen = a_kitchen()
    an_order(kitchen, contact=BY_PHONE)
    assert told(kitchen) == []
    texts(kitchen)
    order = an_order(kitchen, contact=BY_PHONE)
    assert told(kitchen) == [("placed", "sms", "pending")]
    [row] = messages_of(kitchen.business.id)
    body = written_now(row).body
    assert body.startswith("Ann's Salon has your order 2. Ann's Salon looks at it")
    assert "/orders/" in body.split()[-1]
    assert "\n" not in body
    assert segments_of(body) <= 3
    assert order.contact_email is None


def test_that_it_is_ready_goes_both_ways_because_it_is_urgent() -> None:
    kitchen = a_kitchen()
    texts(kitchen)
    order = to(an_order(kitchen, contact=BOTH), "accepted")
    assert told(kitchen)[-1] == ("accepted", "email", "pending")
    to(order, "ready")
    assert [it for it in told(kitchen) if it[2] == "pending"] == [
        ("ready", "email", "pending"),
        ("ready", "sms", "pending"),
    ]
    words = [written_now(it).body for it in messages_of(kitchen.business.id) if it.kind == "order_ready"]
    assert "Your order is ready: you can pick it up now." in words[0]
    assert words[1].startswith("Ann's Salon: Your order is ready: you can pick it up now. Order 1.")


@pytest.mark.parametrize(
    ("way", "sentence"),
    [("delivery", "Your order is on its way to you."), ("table", "Your order is coming to your table.")],
)
def test_how_it_comes_is_said(way: str, sentence: str) -> None:
    kitchen = a_kitchen(pickup=True, at_table=True, tables=["7"])
    order = an_order(kitchen)
    order.way, order.at_table = way, "7" if way == "table" else None
    order.street, order.postcode, order.city = (
        ("Linden 4", "10115", "Berlin") if way == "delivery" else (None,) * 3
    )
    to(order, "accepted", "ready")
    words = says(kitchen, "ready")
    assert sentence in words
    assert ("Table 7" if way == "table" else "We bring it to: Linden 4, 10115, Berlin") in words


def test_what_a_business_leaves_out_is_not_sent_and_what_waits_of_it_neither() -> None:
    kitchen = a_kitchen()
    now = clock.now()
    order = an_order(kitchen)
    [waiting] = messages_of(kitchen.business.id)
    set_sent(kitchen.business.id, "order_placed", "email", sent=False, by=SYSTEM, now=now)
    assert reason_of(waiting) == "The business does not send such messages."
    an_order(kitchen)
    assert planned(kitchen) == ["placed"]
    set_sent(kitchen.business.id, "order_placed", "email", sent=True, by=SYSTEM, now=now)
    assert reason_of(waiting) is None
    for kind in ("order_declined", "order_cancelled", "booking_confirmed"):
        with pytest.raises(AlwaysSent):
            set_sent(kitchen.business.id, kind, "email", sent=False, by=SYSTEM, now=now)
    # Nothing newer is told, so what was to be said still is.
    set_sent(kitchen.business.id, "order_accepted", "email", sent=False, by=SYSTEM, now=now)
    to(order, "accepted")
    assert reason_of(waiting) is None
    assert "You can pick it up at this time" in says(kitchen, "placed")


def test_who_was_erased_is_told_nothing() -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen)
    [row] = messages_of(kitchen.business.id)
    assert order.customer
    order.customer.erased_at = clock.now()
    db.session.flush()
    assert reason_of(row) == "The customer was erased."


def test_members_are_told_of_new_orders_as_they_chose() -> None:
    kitchen = a_kitchen()
    owner = a_member(kitchen)
    a_member(kitchen, "staff")
    manager = a_member(kitchen, "manager", order="all")
    an_order(kitchen)
    rows = [it for it in messages_of(kitchen.business.id) if it.kind == "order_new"]
    assert [it.user_id for it in rows] == [owner.id, manager.id]
    words = written_now(rows[0])
    assert words.subject == "New order 1: Olivia Park, €12.00"
    assert "Olivia Park has ordered and waits for your answer." in words.body
    membership = db.session.query(Membership).filter_by(user_id=manager.id).one()
    membership.notices = {}
    db.session.flush()
    assert "does not want to be told" in str(reason_of(rows[1]))
    assert reason_of(rows[0]) is None


def test_nobody_is_told_what_they_did_themselves() -> None:
    kitchen = a_kitchen()
    owner = a_member(kitchen)
    order = an_order(kitchen)
    db.session.query(Notification).delete()
    order.status = "expired"
    db.session.flush()
    to(order, "placed", by=Actor("member", "Maya", user_id=owner.id))
    assert planned(kitchen, ["order_new"]) == []


def test_a_customer_who_takes_it_back_is_told_of_to_those_who_had_heard_of_it() -> None:
    kitchen = a_kitchen()
    a_member(kitchen)
    first = an_order(kitchen)
    has_left(kitchen)
    cancel(first, by=VISITOR, now=clock.now())
    assert planned(kitchen, ["order_new", "order_given_up"]) == ["given_up"]
    assert "Olivia Park has taken it back" in says(kitchen, "given_up")
    has_left(kitchen)
    second = an_order(kitchen)
    cancel(second, by=VISITOR, now=clock.now())
    assert planned(kitchen, ["order_new", "order_given_up"]) == []


def test_what_members_do_is_not_told_to_members() -> None:
    kitchen = a_kitchen()
    a_member(kitchen)
    order = an_order(kitchen)
    has_left(kitchen)
    to(order, "accepted", "cancelled")
    assert planned(kitchen, ["order_new", "order_given_up"]) == []


def test_planning_the_same_twice_plans_it_once() -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen)
    before = messages_of(kitchen.business.id)
    telling.tell(order, "held", VISITOR, clock.now())
    assert len(messages_of(kitchen.business.id)) == len(before)
    assert planned(kitchen) == ["placed"]


def test_it_leaves_and_says_what_is_true_then(app: Flask) -> None:
    kitchen = a_kitchen()
    order = an_order(kitchen)
    order.due_at += timedelta(minutes=15)
    db.session.flush()
    assert "10:45, Berlin time" in says(kitchen, "placed")
    assert deliver_due() == 1
    assert told(kitchen) == [("placed", "email", "sent")]


@settings(max_examples=30, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=8))
def test_whatever_happens_one_mail_at_most_waits_and_it_is_true(
    app: Flask, steps: list[tuple[int, bool]]
) -> None:
    """Of all ways through the states, with mails leaving in between or not."""
    with db.session.begin_nested() as savepoint:
        kitchen = a_kitchen()
        order = an_order(kitchen)
        for choice, leaves in steps:
            if leaves:
                has_left(kitchen)
            possible = [it for it in TRANSITIONS[order.status] if it not in ("held", "pending_payment")]
            if not possible:
                break
            order = to(order, possible[choice % len(possible)], by=VISITOR)
            rows = [it for it in messages_of(kitchen.business.id) if it.status == "pending"]
            assert len(rows) <= 1
            assert [reason_of(it) for it in rows] == [None] * len(rows)
        savepoint.rollback()
