"""Of two who would send a message one does; a lease ends; what nobody wants any more ends too."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app.core import clock
from app.core.db import db
from app.notifications import claiming, kinds
from app.notifications.claiming import (
    LEASE,
    MOST_ATTEMPTS,
    PAUSES,
    begin_transmitting,
    claim,
    claim_next,
    give_up,
    leave_unclear,
    mark_sent,
    put_off,
    settle_dead_leases,
)
from app.notifications.kinds import Kind, Letter
from app.notifications.models import OPEN, Notification
from app.notifications.sending import Taken
from app.notifications.turns import Turns
from tests.factories import a_booking
from tests.notifications.messages import (
    AT,
    a_confirmation,
    a_shop_with_an_owner,
    again,
    let_lease_end,
    messages_of,
)

HOST = "daybook.example"
pytestmark = pytest.mark.usefixtures("frozen")


def take(message: Notification) -> Notification:
    """Its claim, detached as a sender has it."""
    row = claim(message.id, clock.now(), HOST)
    assert row is not None
    db.session.expunge(row)
    return row


def test_a_claim_is_a_lease_with_a_token_and_counts_as_an_attempt(app: Flask) -> None:
    _booking, message = a_confirmation()
    row = take(message)
    assert (row.status, row.attempts) == ("claimed", 1)
    assert row.claimed_until == db.session.scalar(select(func.now())) + LEASE
    assert str(row.message_id).startswith("<")
    assert str(row.message_id).endswith("@daybook.example>")


def test_a_message_keeps_its_id_from_claim_to_claim(app: Flask) -> None:
    _booking, message = a_confirmation()
    first = take(message)
    let_lease_end(message)
    assert take(message).message_id == first.message_id


def test_a_claimed_message_is_nobody_elses_until_its_lease_is_over(app: Flask) -> None:
    _booking, message = a_confirmation()
    take(message)
    assert claim(message.id, clock.now() + timedelta(days=1), HOST) is None
    assert claim_next(clock.now() + timedelta(days=1), HOST, Turns()) is None
    let_lease_end(message)
    assert take(message).attempts == 2


def test_what_is_not_due_is_not_taken(app: Flask, frozen: Any) -> None:
    _booking, message = a_confirmation()
    put_off(take(message), "later", clock.now())
    assert claim(message.id, clock.now() + PAUSES[0] - timedelta(seconds=1), HOST) is None
    assert claim_next(clock.now() + PAUSES[0] - timedelta(seconds=1), HOST, Turns()) is None
    assert claim_next(clock.now() + PAUSES[0], HOST, Turns()) is not None


def test_the_oldest_goes_first(app: Flask, frozen: Any) -> None:
    shop = a_shop_with_an_owner()
    a_booking(shop, AT)
    first, second = messages_of(shop.business.id)
    db.session.execute(
        update(Notification).filter_by(id=first.id).values(send_at=clock.now() - timedelta(seconds=1))
    )
    db.session.execute(
        update(Notification).filter_by(id=second.id).values(send_at=clock.now() - timedelta(seconds=2))
    )
    assert [claim_next(clock.now(), HOST, Turns()).id for _ in range(2)] == [second.id, first.id]  # type: ignore[union-attr]


def test_the_pauses_grow_until_it_is_given_up(app: Flask, frozen: Any) -> None:
    _booking, message = a_confirmation(AT + timedelta(days=7))
    pauses = []
    while again(message).status != "failed":
        now = again(message).send_at
        frozen.move_to(now)
        put_off(take(message), "450 try later", now)
        pauses.append(again(message).send_at - now)
    assert pauses == [*PAUSES, timedelta(0)]
    assert len(pauses) == MOST_ATTEMPTS
    assert again(message).last_error == "450 try later"


def test_a_message_that_kills_its_sender_ends(app: Flask) -> None:
    _booking, message = a_confirmation()
    for _ in range(MOST_ATTEMPTS):
        take(message)
        let_lease_end(message)
    row = take(message)
    assert (row.status, row.attempts, row.last_error) == ("failed", 9, "Sending broke off again and again.")


def test_what_is_too_late_expires(app: Flask, frozen: Any) -> None:
    _booking, message = a_confirmation()
    assert message.expires_at == AT
    frozen.move_to(AT)
    row = take(message)
    assert (row.status, row.last_error, row.claim_token) == ("expired", "It was too late to be of use.", None)
    assert claim(message.id, clock.now(), HOST) is None


def test_what_is_not_wanted_is_cancelled_with_the_reason(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _booking, message = a_confirmation()
    known = kinds.find_kind(message.kind)
    monkeypatch.setitem(
        kinds._kinds, message.kind, Kind(wanted=lambda _row: "Nobody asked.", words=known.words)
    )
    row = take(message)
    assert (row.status, row.last_error, row.claim_token) == ("cancelled", "Nobody asked.", None)


def test_a_sender_whose_lease_is_over_may_not_begin(app: Flask) -> None:
    _booking, message = a_confirmation()
    late = take(message)
    let_lease_end(message)
    assert not begin_transmitting(late, clock.now())
    quick = take(message)
    assert not begin_transmitting(late, clock.now())
    assert begin_transmitting(quick, clock.now())
    assert again(message).status == "transmitting"


@pytest.mark.parametrize("step", [lambda row: put_off(row, "x", clock.now()), lambda row: give_up(row, "x")])
def test_who_lost_the_lease_changes_nothing(app: Flask, step: Callable[[Notification], None]) -> None:
    _booking, message = a_confirmation()
    late = take(message)
    let_lease_end(message)
    quick = take(message)
    step(late)
    assert (again(message).status, again(message).claim_token) == ("claimed", quick.claim_token)


def test_what_was_taken_is_sent_even_if_the_lease_ran_out_meanwhile(app: Flask) -> None:
    _booking, message = a_confirmation()
    row = take(message)
    begin_transmitting(row, clock.now())
    let_lease_end(message)
    settle_dead_leases(clock.now())
    assert again(message).status == "pending"
    mark_sent(row, clock.now(), Taken("250 queued as 1"))
    assert (again(message).status, again(message).provider_message_id) == ("sent", "250 queued as 1")
    assert claim(message.id, clock.now(), HOST) is None


def test_a_dead_claim_waits_again_and_a_living_one_is_left_alone(app: Flask) -> None:
    shop = a_shop_with_an_owner()
    a_booking(shop, AT)
    dead, alive = messages_of(shop.business.id)
    take(dead)
    take(alive)
    let_lease_end(dead)
    assert settle_dead_leases(clock.now()) == 1
    assert [it.status for it in messages_of(shop.business.id)] == ["pending", "claimed"]


def test_a_customers_message_that_may_have_arrived_goes_once_more_and_then_never(app: Flask) -> None:
    _booking, message = a_confirmation()
    for status in ("pending", "unknown"):
        begin_transmitting(take(message), clock.now())
        let_lease_end(message)
        assert settle_dead_leases(clock.now()) == 1
        assert again(message).status == status
    assert again(message).resent_at is not None
    assert claim(message.id, clock.now() + timedelta(days=1), HOST) is None


def test_an_owners_message_that_may_have_arrived_stays_unknown(app: Flask) -> None:
    shop = a_shop_with_an_owner()
    a_booking(shop, AT)
    _confirmed, message = messages_of(shop.business.id)
    row = take(message)
    begin_transmitting(row, clock.now())
    leave_unclear(row, "The connection broke.", clock.now())
    row = again(message)
    assert (row.status, row.resent_at, row.last_error) == ("unknown", None, "The connection broke.")


def test_every_open_status_is_one_that_somebody_looks_at_again() -> None:
    assert set(OPEN) == {"pending", "claimed", "transmitting"}


def naive_claim(number: int, now: Any, host: str, between: Callable[[], object]) -> Notification | None:
    """How it must not be done: look first, then take."""
    row = db.session.get_one(Notification, number)
    free = row.status == "pending"
    between()
    if not free:
        return None
    db.session.execute(update(Notification).filter_by(id=number).values(attempts=Notification.attempts + 1))
    return row


def race(app: Flask, number: int, act: Callable[..., Notification | None]) -> int:
    """How many of two who come at the same moment have it."""
    gate, won = threading.Barrier(2), []

    def go() -> None:
        with app.app_context():
            gate.wait()
            row = act(number, clock.now(), HOST)
            won.append(row is not None)
            db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(won)


@pytest.fixture
def contested(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notification]:
    """A message about nothing, committed for everybody to see, and taken away at the end."""
    monkeypatch.setitem(kinds._kinds, "contested", Kind(lambda _row: None, lambda _row: Letter("Ann", {})))
    row = Notification(
        subject_kind="nothing",
        subject_id=1,
        dedupe_key="contested",
        kind="contested",
        recipient="olivia@example.com",
        language="en-GB",
        send_at=clock.now(),
    )
    with app.app_context():
        db.session.add(row)
        db.session.commit()
        try:
            yield row
        finally:
            db.session.rollback()
            db.session.execute(delete(Notification))
            db.session.commit()


@pytest.mark.commits
def test_of_two_senders_one_has_the_message(app: Flask, contested: Notification) -> None:
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert race(app, contested.id, claiming.claim) == 1
        assert again(contested).attempts == attempt
        contested.status, contested.attempts = "pending", attempt
        contested.claim_token = contested.claimed_until = None
        db.session.commit()


@pytest.mark.commits
def test_looking_first_and_taking_then_gives_it_to_both(app: Flask, contested: Notification) -> None:
    """The negative control: the race above is one."""
    between = threading.Barrier(2)
    assert race(app, contested.id, lambda *words: naive_claim(*words, between.wait)) == 2
