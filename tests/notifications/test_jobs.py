"""Sending through a real mail server, which takes a mail, refuses it, hangs, or goes away."""

import smtplib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.appointments.cancelling import cancel
from app.core import clock, mail
from app.core.actor import VISITOR
from app.core.db import db
from app.notifications import jobs
from app.notifications.claiming import PAUSES, begin_transmitting, claim
from app.notifications.jobs import deliver, deliver_due
from app.notifications.kinds import Kind, _kinds, find_kind
from tests.factories import a_booking
from tests.notifications.messages import (
    AT,
    a_confirmation,
    a_shop_with_an_owner,
    again,
    let_lease_end,
    messages_of,
)
from tests.notifications.post import Post
from tests.serving import free_port

pytestmark = pytest.mark.usefixtures("frozen")


def test_customer_and_owner_get_one_mail_each(app: Flask, post: Post) -> None:
    shop = a_shop_with_an_owner()
    a_booking(shop, AT)
    assert deliver_due() == 2
    assert [it.status for it in messages_of(shop.business.id)] == ["sent", "sent"]
    assert [(it.mail_from, it.rcpt_tos) for it in post.taken] == [
        ("bookings@daybook.example", ["olivia@example.com"]),
        ("bookings@daybook.example", ["maya@example.com"]),
    ]
    assert [it["subject"] for it in post.mails] == [
        "Booked: Haircut on Tue 2 Mar, 10:00",
        "New booking: Olivia Park, Haircut on Tue 2 Mar, 10:00",
    ]
    assert deliver_due() == 0


def test_a_doubled_job_sends_once(app: Flask, post: Post) -> None:
    _booking, message = a_confirmation()
    deliver(message.id)
    deliver(message.id)
    deliver_due()
    assert len(post.taken) == 1
    row = again(message)
    assert (row.status, row.sent_at, row.attempts, row.claim_token) == ("sent", clock.now(), 1, None)
    assert post.mails[0]["message-id"] == row.message_id


def test_an_error_of_quit_after_the_mail_was_taken_means_nothing(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_host: smtplib.SMTP) -> None:
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(smtplib.SMTP, "quit", fail)
    _booking, message = a_confirmation()
    deliver(message.id)
    assert again(message).status == "sent"


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_what_is_refused_for_now_is_tried_again_later(app: Flask, post: Post, frozen: Any, step: str) -> None:
    post.says[step] = "450 4.2.1 Try again in a moment"
    _booking, message = a_confirmation()
    deliver(message.id)
    row = again(message)
    assert (row.status, row.send_at) == ("pending", clock.now() + PAUSES[0])
    assert row.last_error == "The mail server refused it: 450 4.2.1 Try again in a moment"
    post.says.clear()
    frozen.shift(PAUSES[0])
    deliver_due()
    assert again(message).status == "sent"
    assert again(message).last_error is None
    assert len(post.taken) == 1


@pytest.mark.parametrize("step", ["rcpt", "data"])
def test_what_is_refused_for_good_fails_with_the_servers_own_words(app: Flask, post: Post, step: str) -> None:
    post.says[step] = "550 5.1.1 No such mailbox"
    _booking, message = a_confirmation()
    deliver(message.id)
    row = again(message)
    assert (row.status, row.last_error) == (
        "failed",
        "The mail server refused it: 550 5.1.1 No such mailbox",
    )
    assert post.taken == []


def test_an_address_no_mail_can_be_sent_to_fails_at_once(app: Flask, post: Post) -> None:
    booking, message = a_confirmation()
    message.recipient = booking.contact_email = "jürgen@example.com"
    deliver_due()
    row = again(message)
    assert (row.status, row.last_error) == ("failed", "No mail can be sent to this address.")
    assert post.taken == []


def test_a_refusal_of_our_own_address_is_no_fault_of_the_message(app: Flask, post: Post) -> None:
    post.says["mail"] = "553 5.7.1 Sender not allowed"
    _booking, message = a_confirmation()
    deliver(message.id)
    assert again(message).status == "pending"


def test_a_server_that_is_not_there_is_tried_again_later(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "MAIL_PORT", free_port())
    _booking, message = a_confirmation()
    deliver(message.id)
    row = again(message)
    assert (row.status, row.last_error) == ("pending", "The mail server could not be reached.")


# Flask-Mail leaves a connection open on which it could not sign in; it ends with the job.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_wrong_password_is_said(app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_host: smtplib.SMTP, _user: str, _password: str) -> None:
        raise smtplib.SMTPAuthenticationError(535, b"no")

    monkeypatch.setattr(smtplib.SMTP, "login", refuse)
    monkeypatch.setitem(app.config, "MAIL_USERNAME", "daybook")
    monkeypatch.setitem(app.config, "MAIL_PASSWORD", "wrong")
    _booking, message = a_confirmation()
    deliver(message.id)
    row = again(message)
    assert (row.status, row.last_error) == (
        "pending",
        "The mail server does not accept our user name and password.",
    )


@pytest.mark.parametrize(("step", "status"), [("rcpt", "pending"), ("data", "pending")])
def test_a_server_that_hangs_is_left(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch, step: str, status: str
) -> None:
    monkeypatch.setattr(mail, "SMTP_SECONDS", 0.2)
    post.says[step] = "hang"
    _booking, message = a_confirmation()
    deliver(message.id)
    row = again(message)
    assert row.status == status
    began = step == "data"
    assert (row.transmitting_at is not None, row.resent_at is not None) == (began, began)
    assert row.last_error == (
        "The connection broke while it was sent, so nobody knows whether it has arrived."
        if began
        else "The mail server did not answer in time."
    )


def test_a_customers_mail_that_broke_off_is_sent_once_more_under_the_same_id(
    app: Flask, post: Post, frozen: Any
) -> None:
    post.says["data"] = "drop"
    _booking, message = a_confirmation()
    for status in ("pending", "unknown"):
        deliver_due()
        assert again(message).status == status
        frozen.shift(timedelta(hours=1))
    deliver_due()
    assert len({it["message-id"] for it in post.mails}) == 1
    assert len(post.taken) == 2


def test_an_owners_mail_that_broke_off_stays_unknown(app: Flask, post: Post, frozen: Any) -> None:
    shop = a_shop_with_an_owner()
    a_booking(shop, AT)
    confirmed, new = messages_of(shop.business.id)
    deliver(confirmed.id)
    post.says["data"] = "drop"
    deliver(new.id)
    frozen.shift(timedelta(hours=1))
    deliver_due()
    assert again(new).status == "unknown"
    assert len(post.taken) == 2


def test_a_sender_that_lost_its_lease_sends_nothing(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    _booking, message = a_confirmation()
    begin = jobs.begin_transmitting

    def late(row: Any, *words: Any) -> bool:
        let_lease_end(message)
        return begin(row, *words)

    monkeypatch.setattr(jobs, "begin_transmitting", late)
    deliver(message.id)
    assert post.taken == []
    monkeypatch.undo()
    assert again(message).status == "claimed"


def test_no_transaction_is_open_while_the_server_thinks(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_transactions = []
    send = jobs.send

    def looking(*words: Any) -> str:
        open_transactions.append(db.session.registry().in_transaction())
        return send(*words)

    monkeypatch.setattr(jobs, "send", looking)
    _booking, message = a_confirmation()
    deliver(message.id)
    assert open_transactions == [False]
    assert again(message).status == "sent"


def test_a_mail_that_is_out_is_recorded_when_the_database_is_back(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, failures = jobs.mark_sent, [OperationalError("UPDATE", {}, Exception("away"))] * 2

    def fail_twice(*words: Any) -> None:
        if failures:
            raise failures.pop()
        mark(*words)

    monkeypatch.setattr(jobs, "mark_sent", fail_twice)
    monkeypatch.setattr(jobs, "_PAUSES_TO_RECORD", (0, 0, 0))
    _booking, message = a_confirmation()
    deliver(message.id)
    assert (again(message).status, len(post.taken)) == ("sent", 1)


def test_a_message_that_cannot_be_written_waits_and_does_not_stop_others(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = a_shop_with_an_owner()
    a_booking(shop, AT)
    monkeypatch.setattr("app.appointments.calendar_file.invitation", lambda *_words, **_more: 1 / 0)
    assert deliver_due() == 2
    confirmed, new = messages_of(shop.business.id)
    assert (confirmed.status, new.status) == ("pending", "sent")
    assert str(confirmed.last_error).startswith("It could not be written")


@pytest.mark.parametrize("kind", ["booking_confirmed", "booking_of_a_newer_release"])
def test_a_message_nobody_can_judge_waits_and_does_not_stop_others(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    shop = a_shop_with_an_owner()
    a_booking(shop, AT)
    odd, _new = messages_of(shop.business.id)
    odd.kind = kind
    broken = Kind(wanted=lambda _row: str(1 / 0), words=find_kind("booking_confirmed").words)
    monkeypatch.setitem(_kinds, "booking_confirmed", broken)
    assert deliver_due() == 2
    odd, new = messages_of(shop.business.id)
    assert (odd.status, odd.send_at, odd.claim_token) == ("pending", clock.now() + PAUSES[0], None)
    assert str(odd.last_error).startswith("Nobody could say whether it is still wanted")
    assert new.status == "sent"


def test_what_was_cancelled_before_it_left_is_not_sent(app: Flask, post: Post) -> None:
    booking, message = a_confirmation()
    business = db.session.get_one(type(a_shop_with_an_owner().business), booking.business_id)
    cancel(business, booking, by=VISITOR, now=clock.now())
    deliver_due()
    assert again(message).status == "cancelled"
    assert again(message).last_error == "The booking is not what it was: Cancelled."
    assert [it["subject"] for it in post.mails] == ["Cancelled: Haircut on Tue 2 Mar, 10:00"]


def test_a_dead_sender_is_noticed_by_the_clocks_job(app: Flask, post: Post) -> None:
    _booking, message = a_confirmation()
    row = claim(message.id, clock.now(), "daybook.example")
    assert row is not None
    begin_transmitting(row, clock.now())
    let_lease_end(message)
    deliver_due()
    assert again(message).status == "sent"
    assert again(message).resent_at == clock.now()


def test_in_production_without_a_server_messages_wait_and_count_no_attempt(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(app.config, "DAYBOOK_ENV", "production")
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", tmp_path)
    warned = []
    monkeypatch.setattr(jobs._log, "warning", lambda words, **_more: warned.append(words), raising=False)
    _booking, message = a_confirmation()
    deliver(message.id)
    assert deliver_due() == 0
    assert (again(message).status, again(message).attempts) == ("pending", 0)
    assert warned == ["messages wait: set MAIL_SERVER"]
    assert not (tmp_path / "mailbox").exists()


def test_while_developing_without_a_server_a_mail_is_a_file(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", tmp_path)
    _booking, message = a_confirmation()
    deliver(message.id)
    assert again(message).status == "sent"
    [file] = (tmp_path / "mailbox").iterdir()
    assert file.suffix == ".eml"
    assert str(message.message_id) in file.read_text()


def two_messages() -> list[Any]:
    """To the customer, and to the owner."""
    shop = a_shop_with_an_owner()
    a_booking(shop, AT)
    return messages_of(shop.business.id)


def test_what_is_due_goes_over_one_connection(app: Flask, post: Post) -> None:
    two_messages()
    assert deliver_due() == 2
    assert (len(post.taken), post.connections) == (2, 1)


def test_a_refused_recipient_leaves_the_connection_to_the_next(app: Flask, post: Post) -> None:
    confirmed, new = two_messages()
    post.says["rcpt olivia@example.com"] = "550 5.1.1 No such mailbox"
    deliver_due()
    assert (again(confirmed).status, again(new).status, post.connections) == ("failed", "sent", 1)
    assert [it.rcpt_tos for it in post.taken] == [["maya@example.com"]]


@pytest.mark.parametrize("step", ["mail", "rcpt"])
@pytest.mark.parametrize("end", ["421 4.7.0 Too many mails", "drop"])
def test_a_connection_that_ends_between_two_mails_is_replaced(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch, step: str, end: str
) -> None:
    """Over a used connection no more is taken, over a new one it is."""
    answer = post._answer

    async def ends(server: Any, name: str, address: str = "") -> str:
        is_used = len(post.taken) == 1 and post.connections == 1
        if is_used and name == step and end == "drop":
            server.transport.abort()
        return end if is_used and name == step else await answer(server, name, address)

    monkeypatch.setattr(post, "_answer", ends)
    both = two_messages()
    deliver_due()
    if step == "rcpt" and end != "drop":
        # 421 to a recipient may mean the recipient: later is soon enough.
        assert again(both[1]).status == "pending"
        return
    assert [again(it).status for it in both] == ["sent", "sent"]
    assert (len(post.taken), post.connections) == (2, 2)


def test_a_connection_is_replaced_after_so_many_mails(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "_MOST_MAILS", 1)
    two_messages()
    deliver_due()
    assert (len(post.taken), post.connections) == (2, 2)


def test_whoever_drains_for_long_rings_for_another_once(
    app: Flask, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(jobs, "ring", lambda job: rung.append(job) or True)
    two_messages()
    monkeypatch.setattr(jobs, "HELP_AFTER", -1)
    deliver_due()
    assert rung == [jobs.deliver_due]
    a_confirmation(AT + timedelta(hours=1))
    monkeypatch.setattr(jobs, "HELP_AFTER", 60)
    assert deliver_due() == 1
    assert len(rung) == 1
