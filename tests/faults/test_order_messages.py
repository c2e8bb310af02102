"""Senders that are killed and mail servers that die, while orders are told of: each is told once and none is lost."""

from collections import Counter
from dataclasses import replace

import sqlalchemy as sa

from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.orders.cancelling import cancel
from app.orders.changing import change_order, lock_order
from app.orders.models import Order
from tests.factories import a_membership
from tests.faults.mailroom import house, hurry, post, rows, start
from tests.faults.sending import PHASES
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.serving import Served
from tests.waiting import wait_until

PATIENCE = 120  # seconds in which nothing moves, where many tests share a small machine
BEFORE, CLAIMED, TRANSMITTING, TAKEN = PHASES
ATTEMPTS = sa.text("SELECT min(attempts) FROM notifications WHERE recipient = :whom AND status = 'pending'")
RESENT = sa.text("SELECT count(*) FROM notifications WHERE resent_at IS NOT NULL AND status = 'pending'")
GRACE = Contact("Grace Hopper", "grace@example.com", language="en-GB")
# What becomes of an order, and the step in which the sender of what is said of that dies.
ENDS = {
    "placed": ((), BEFORE),
    "accepted": (("accepted",), CLAIMED),
    "ready": (("accepted", "ready"), TRANSMITTING),
    "declined": (("declined",), TAKEN),
    "cancelled": (("accepted", "cancelled"), None),
}
OWNER = (CLAIMED, TRANSMITTING, TAKEN)
# What is known after each step. Of these two nobody can know: customers are told once more, members have the board.
ONCE = ("sent", 1, False)
OF_CUSTOMERS = {TRANSMITTING: ("sent", 1, True), TAKEN: ("sent", 2, True)}
OF_MEMBERS = {TRANSMITTING: ("unknown", 0, False), TAKEN: ("unknown", 1, False)}
__all__ = ["house", "post", "start"]


def to(order: Order, *statuses: str) -> None:
    for status in statuses:
        order = lock_order(order)
        change_order(order, status, by=SYSTEM, now=clock.now(), reason="The oven is broken.")


def a_house() -> Kitchen:
    """Where the owner is told of orders."""
    kitchen = a_kitchen(per_quarter=None)
    a_membership(kitchen.business, "owner")
    return kitchen


def is_over(house: Served) -> bool:
    """Of orders alone: somebody who had theirs is asked tomorrow how it was."""
    hurry(house)
    of_orders = [it for it in rows(house) if it.kind.startswith("order_")]
    return not any(it.status in ("pending", "claimed", "transmitting") for it in of_orders)


def test_a_sender_killed_in_any_step_loses_nothing_of_an_order_and_says_nothing_twice(
    house, start, post, tmp_path
):
    with house.app.app_context():
        kitchen = a_house()
        for name, (statuses, _phase) in ENDS.items():
            to(an_order(kitchen, contact=replace(GRACE, email=f"{name}@example.com")), *statuses)
        db.session.commit()
    waiting = [it for it in rows(house) if it.status == "pending"]
    of_owner = [it.id for it in waiting if it.kind == "order_new"]
    fates = dict(zip(of_owner, OWNER, strict=True))
    fates |= {it.id: ENDS[it.kind.removeprefix("order_")][1] for it in waiting if it.id not in fates}
    for number, phase in fates.items():
        if phase:
            (tmp_path / f"{phase}@{number}").write_text("child")
    start("clock")
    workers = [start("worker")]

    def are_over() -> bool:
        if workers[-1].poll() is not None:
            workers.append(start("worker"))
        return is_over(house)

    wait_until(are_over, PATIENCE, moves=lambda: rows(house))
    assert not [it.name for it in tmp_path.glob("*@*") if it.suffix != ".begun"], "everybody died who was to"
    copies = Counter(mail["message-id"] for mail in post.mails)
    found = {
        (it.kind, it.id): (it.status, copies[it.message_id], it.resent)
        for it in rows(house)
        if it.id in fates
    }
    assert found == {
        (it.kind, it.id): (OF_MEMBERS if it.kind == "order_new" else OF_CUSTOMERS).get(fates[it.id], ONCE)
        for it in waiting
    }
    # What was put right before it left, nobody reads.
    assert copies.keys() <= {it.message_id for it in rows(house) if it.id in fates}


def test_an_order_goes_on_while_the_mail_server_is_away_and_its_customer_reads_how_it_is(house, start, post):
    post.says["rcpt"] = "451 4.3.0 Not now"
    names = [*ENDS, "handed-over", "taken-back"]
    with house.app.app_context():
        kitchen = a_house()
        orders = {it: an_order(kitchen, contact=replace(GRACE, email=f"{it}@example.com")) for it in names}
        db.session.commit()
        start("clock")
        start("worker")
        wait_until(lambda: all(attempts(it) for it in names), PATIENCE, moves=lambda: rows(house))
        for name, (statuses, _phase) in ENDS.items():
            to(orders[name], *statuses)
        to(orders["handed-over"], "accepted", "fulfilled")
        cancel(lock_order(orders["taken-back"]), by=VISITOR, now=clock.now())
        db.session.commit()
    post.says.clear()
    wait_until(lambda: is_over(house), PATIENCE, moves=lambda: rows(house))
    said = [
        it for it in rows(house) if it.status == "sent" and it.kind not in ("order_new", "order_given_up")
    ]
    assert sorted((it.recipient.partition("@")[0], it.kind) for it in said) == sorted(
        [*((it, f"order_{it}") for it in ENDS), ("taken-back", "order_cancelled")]
    )
    copies = Counter(it.rcpt_tos[0].partition("@")[0] for it in post.taken)
    assert {it: copies[it] for it in names} == dict.fromkeys(names, 1) | {"handed-over": 0}


def test_a_mail_server_that_dies_before_it_answers_is_told_once_more_under_the_same_id(house, start, post):
    with house.app.app_context():
        kitchen = a_house()
        order = an_order(kitchen, contact=GRACE)
        to(order, "accepted", "ready")
        db.session.commit()
    post.says["data grace@example.com"] = "drop"
    start("clock")
    start("worker")
    wait_until(lambda: count(house, RESENT) == 1, PATIENCE)
    post.says.clear()
    wait_until(lambda: is_over(house), PATIENCE, moves=lambda: rows(house))
    [told] = [it for it in rows(house) if it.kind == "order_ready"]
    assert (told.status, told.resent) == ("sent", True)
    copies = [it["message-id"] for it in post.mails if "grace@example.com" in it["to"]]
    assert copies == [told.message_id] * 2


def attempts(name: str) -> int:
    """How often it was tried to reach somebody; 0 while anything for them was not tried at all."""
    return db.session.scalar(ATTEMPTS, {"whom": f"{name}@example.com"}) or 0


def count(house: Served, statement: sa.TextClause) -> int:
    with house.app.app_context():
        return int(db.session.scalar(statement))
