"""Text messages: sent once, reported on later, and only where, when and as often as a business wants."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.db import db
from app.notifications.claiming import PAUSES
from app.notifications.jobs import deliver, deliver_due
from app.notifications.limiting import TextingWish, change_texting
from app.notifications.models import MessageSettings, MessageWording, Notification
from app.notifications.sms import twilio
from app.notifications.sms.allowance import quiet_until, segments_of_month
from tests.factories import a_business, berlin
from tests.notifications.lines import a_line, greeting
from tests.notifications.messages import again, let_lease_end
from tests.notifications.phones import FROM, Phones, signature, some_phones
from tests.serving import free_port

pytestmark = pytest.mark.usefixtures("frozen", "greeting")
__all__ = ["greeting"]
NUMBER = "+4915112345678"


@pytest.fixture
def phones(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Phones]:
    """The provider of this test."""
    with some_phones() as running:
        for name, value in running.settings().items():
            monkeypatch.setitem(app.config, name, value)
        yield running
        assert running.faults == []


def a_shop_that_texts(limit: int = 100, **columns: Any) -> int:
    """A business in Berlin; its id."""
    business = a_business(country="DE").id
    settings = {"sms_countries": [], "quiet_from_min": None, "quiet_until_min": None} | columns
    change_texting(business, TextingWish(**{"sms_limit": limit} | settings))
    return int(business)


def a_text(business: int | None = None, recipient: str = NUMBER, **columns: Any) -> Notification:
    """A text message that is due."""
    business = business or a_shop_that_texts()
    [number] = a_line(business, 1, clock.now(), channel="sms", recipient=recipient, **columns)
    return db.session.get_one(Notification, number)


def test_a_text_goes_to_the_provider_once_with_what_it_wants_to_know(app: Flask, phones: Phones) -> None:
    message = a_text()
    assert deliver_due() == 1
    deliver(message.id)
    row = again(message)
    assert (row.status, row.segments, row.provider_message_id, row.sent_at) == ("sent", 1, "SM1", clock.now())
    [form] = phones.taken
    assert form == {
        "To": NUMBER,
        "From": FROM,
        "Body": "Hello Olivia, see you soon.",
        "StatusCallback": f"{app.config['PUBLIC_BASE_URL']}/webhooks/twilio/{message.id}",
    }


@pytest.mark.parametrize("code", [21211, 21610, 21614])
def test_a_number_that_can_have_none_fails_with_the_reason(app: Flask, phones: Phones, code: int) -> None:
    phones.says = (400, code)
    message = a_text()
    deliver_due()
    row = again(message)
    assert (row.status, row.last_error) == ("failed", str(twilio.why_not(code)))
    assert row.sent_at is None


@pytest.mark.parametrize("says", [(429, 20429), (500, 20500), (503, None), (401, 20003), (400, 21606)])
def test_what_may_pass_is_tried_again_later(app: Flask, phones: Phones, says: Any) -> None:
    phones.says = says
    message = a_text()
    deliver_due()
    row = again(message)
    assert (row.status, row.send_at) == ("pending", clock.now() + PAUSES[0])
    assert row.last_error == "The provider of text messages refused it: No"


def test_a_provider_that_is_not_there_is_tried_again_later(
    app: Flask, phones: Phones, monkeypatch: Any
) -> None:
    monkeypatch.setitem(app.config, "TWILIO_API", f"http://127.0.0.1:{free_port()}")
    message = a_text()
    deliver_due()
    row = again(message)
    assert (row.status, row.last_error) == ("pending", "The provider of text messages could not be reached.")


def test_a_text_that_fills_up_to_more_than_anybody_sends_fails_and_holds_nobody_up(
    app: Flask, phones: Phones
) -> None:
    long = a_text()
    db.session.add(
        MessageWording(
            business_id=long.business_id,
            kind=long.kind,
            channel="sms",
            language=long.language,
            body="€ " * 1600,
            updated_at=clock.now(),
        )
    )
    other = a_text()
    assert deliver_due() == 2
    assert (again(long).status, again(long).last_error) == ("failed", "The text is too long.")
    assert again(other).status == "sent"
    assert [it["Body"] for it in phones.taken] == ["Hello Olivia, see you soon."]


def test_the_installation_has_a_limit_for_each_business(app: Flask, phones: Phones, monkeypatch: Any) -> None:
    monkeypatch.setitem(app.config, "SMS_MOST_A_MONTH", 1)
    numbers = a_line(a_shop_that_texts(100), 2, clock.now(), channel="sms", recipient=NUMBER)
    first, second = (db.session.get_one(Notification, it) for it in numbers)
    deliver_due()
    assert (again(first).status, again(second).status) == ("sent", "cancelled")
    assert again(second).last_error == "The limit of text messages for this month, 1, is used up."


@pytest.mark.parametrize("how", ["drop", "slow"])
def test_a_text_whose_answer_was_lost_is_never_sent_again(
    app: Flask, phones: Phones, monkeypatch: Any, frozen: Any, how: str
) -> None:
    if how == "slow":
        phones.slow = 0.6
        monkeypatch.setattr(twilio, "SECONDS", 0.2)
    else:
        phones.says = "drop"
    message = a_text()
    deliver_due()
    assert again(message).status == "unknown"
    frozen.shift(timedelta(days=1))
    deliver_due()
    assert (again(message).status, again(message).resent_at) == ("unknown", None)


def test_a_text_whose_sender_died_on_the_way_stays_unknown(app: Flask, phones: Phones) -> None:
    message = a_text()
    message.status, message.claim_token = "transmitting", "7b0d5a0e-0000-4000-8000-000000000000"
    message.claimed_until = message.transmitting_at = clock.now()
    let_lease_end(message)
    deliver_due()
    assert again(message).status == "unknown"
    assert phones.taken == []


def report(client: FlaskClient, message: Notification, said: str, sid: str = "SM1", **more: str) -> int:
    """What Twilio says later, signed as it signs."""
    form = {"MessageSid": sid, "MessageStatus": said, "AccountSid": "AC0123456789", "To": NUMBER, **more}
    path = f"/webhooks/twilio/{message.id}"
    url = client.application.config["PUBLIC_BASE_URL"] + path
    return client.post(path, data=form, headers={"X-Twilio-Signature": signature(url, form)}).status_code


def test_reports_only_move_forward(app: Flask, phones: Phones, client: FlaskClient, frozen: Any) -> None:
    message = a_text()
    deliver_due()
    seen = []
    for said in ("sent", "delivered", "sent", "undelivered", "queued", "delivered", "nonsense"):
        frozen.shift(timedelta(minutes=1))
        assert report(client, message, said) == 204
        seen.append(again(message).status)
    assert seen == ["sent", *["delivered"] * 6]
    assert again(message).delivered_at == clock.now() - timedelta(minutes=5)


def test_what_did_not_arrive_fails_with_the_reason(app: Flask, phones: Phones, client: FlaskClient) -> None:
    message = a_text()
    deliver_due()
    assert report(client, message, "undelivered", ErrorCode="30003") == 204
    row = again(message)
    assert (row.status, row.last_error) == ("failed", "The phone was switched off or out of reach.")
    assert report(client, message, "sent") == 204
    assert again(message).status == "failed"


def test_a_lost_answer_is_made_good_by_the_report(app: Flask, phones: Phones, client: FlaskClient) -> None:
    phones.says = "drop"
    message = a_text()
    deliver_due()
    assert report(client, message, "delivered") == 204
    row = again(message)
    assert (row.status, row.provider_message_id, row.last_error) == ("delivered", "SM1", None)


def test_a_report_on_nothing_we_know_changes_nothing(app: Flask, phones: Phones, client: FlaskClient) -> None:
    message = a_text()
    deliver_due()
    assert report(client, message, "delivered", sid="SM999") == 204
    assert again(message).status == "sent"
    assert report(client, Notification(id=999_999_999), "delivered") == 204
    assert again(message).status == "sent"


@pytest.mark.parametrize("forged", ["none", "other token", "other field", "other message"])
def test_a_forged_report_is_refused(app: Flask, phones: Phones, client: FlaskClient, forged: str) -> None:
    message = a_text()
    deliver_due()
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    path = f"/webhooks/twilio/{message.id}"
    signed = signature(app.config["PUBLIC_BASE_URL"] + path, form)
    if forged == "none":
        signed = ""
    elif forged == "other token":
        signed = signature(app.config["PUBLIC_BASE_URL"] + path, form, "another token")
    elif forged == "other field":
        form["MessageStatus"] = "failed"
    else:
        signed = signature(app.config["PUBLIC_BASE_URL"] + "/webhooks/twilio/1", form)
    answer = client.post(path, data=form, headers={"X-Twilio-Signature": signed})
    assert answer.status_code == 403
    assert again(message).status == "sent"


def test_without_a_token_nobody_can_sign(app: Flask, client: FlaskClient) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signed = signature(app.config["PUBLIC_BASE_URL"] + "/webhooks/twilio/1", form, "")
    answer = client.post("/webhooks/twilio/1", data=form, headers={"X-Twilio-Signature": signed})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "status"), [(b"a=" + b"x" * 20_000, 413), (b"a=%ff", 400), (b"&".join([b"a=1"] * 200), 400)]
)
def test_odd_bodies_are_refused(app: Flask, client: FlaskClient, body: bytes, status: int) -> None:
    answer = client.post("/webhooks/twilio/1", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("recipient", "countries", "reason"),
    [
        (NUMBER, [], None),
        ("+436641234567", [], "Text messages do not go to this country: Austria."),
        ("+436641234567", ["AT", "DE"], None),
        (NUMBER, ["AT"], "Text messages do not go to this country: Germany."),
        ("+999123", [], "This is no number that gets text messages."),
        ("+499001234567", [], "This is no number that gets text messages."),
        ("+447012345678", ["GB"], "This is no number that gets text messages."),
    ],
)
def test_texts_go_only_to_the_countries_of_the_business(
    app: Flask, phones: Phones, recipient: str, countries: list[str], reason: str | None
) -> None:
    message = a_text(a_shop_that_texts(sms_countries=countries), recipient)
    deliver_due()
    row = again(message)
    assert (row.status, row.last_error) == (("cancelled", reason) if reason else ("sent", None))
    assert len(phones.taken) == (reason is None)


def test_whoever_has_said_nothing_sends_none(app: Flask, phones: Phones) -> None:
    message = a_text(a_business().id)
    deliver_due()
    assert (again(message).status, again(message).last_error) == (
        "cancelled",
        "Text messages are switched off.",
    )


def test_the_month_has_a_limit_and_the_next_one_begins_anew(app: Flask, phones: Phones, frozen: Any) -> None:
    business = a_shop_that_texts(limit=2)
    for number in range(3):
        a_text(business, subject_seq=number, dedupe_key=f"text{number}")
    deliver_due()
    rows = db.session.query(Notification).order_by(Notification.id).populate_existing().all()
    assert [it.status for it in rows] == ["sent", "sent", "cancelled"]
    assert rows[2].last_error == "The limit of text messages for this month, 2, is used up."
    assert segments_of_month(business, clock.now()) == 2
    # In Berlin the month is over an hour before it is in UTC.
    frozen.move_to(berlin("2027-04-01 00:00"))
    assert segments_of_month(business, clock.now()) == 0
    assert segments_of_month(business, clock.now() - timedelta(seconds=1)) == 2
    a_text(business, dedupe_key="in April")
    deliver_due()
    assert segments_of_month(business, clock.now()) == 1


@pytest.mark.parametrize(
    ("begins", "ends", "now", "until"),
    [
        (1260, 480, "2027-03-02 20:59", None),
        (1260, 480, "2027-03-02 21:00", "2027-03-03 08:00"),
        (1260, 480, "2027-03-03 00:30", "2027-03-03 08:00"),
        (1260, 480, "2027-03-03 07:59", "2027-03-03 08:00"),
        (1260, 480, "2027-03-03 08:00", None),
        (780, 840, "2027-03-03 13:30", "2027-03-03 14:00"),
        (780, 840, "2027-03-03 14:00", None),
        (1260, 480, "2027-03-27 23:00", "2027-03-28 08:00"),
        (None, None, "2027-03-03 03:00", None),
        (480, 480, "2027-03-03 08:00", None),
    ],
)
def test_quiet_hours_are_those_of_the_shop(begins: Any, ends: Any, now: str, until: str | None) -> None:
    settings = MessageSettings(quiet_from_min=begins, quiet_until_min=ends)
    assert quiet_until(settings, "Europe/Berlin", berlin(now)) == (berlin(until) if until else None)


def test_at_night_a_text_that_can_wait_waits_and_counts_no_attempt(
    app: Flask, phones: Phones, frozen: Any
) -> None:
    frozen.move_to(berlin("2027-03-02 23:00"))
    message = a_text(a_shop_that_texts(quiet_from_min=1260, quiet_until_min=480))
    deliver_due()
    row = again(message)
    assert (row.status, row.send_at, row.attempts) == ("pending", berlin("2027-03-03 08:00"), 0)
    assert row.last_error == "It waits for the end of the quiet hours."
    frozen.move_to(berlin("2027-03-03 08:00"))
    deliver_due()
    assert again(message).status == "sent"


def test_what_would_be_too_late_in_the_morning_expires_at_night(
    app: Flask, phones: Phones, frozen: Any
) -> None:
    frozen.move_to(berlin("2027-03-02 23:00"))
    business = a_shop_that_texts(quiet_from_min=1260, quiet_until_min=480)
    message = a_text(business, expires_at=berlin("2027-03-03 08:00"))
    deliver_due()
    row = again(message)
    assert (row.status, row.last_error) == (
        "expired",
        "It was due in the quiet hours, and after them too late to be of use.",
    )


def test_in_production_without_a_provider_texts_wait_and_mails_do_not(app: Flask, monkeypatch: Any) -> None:
    monkeypatch.setitem(app.config, "DAYBOOK_ENV", "production")
    message = a_text()
    deliver(message.id)
    assert deliver_due() == 0
    assert (again(message).status, again(message).attempts) == ("pending", 0)


def test_while_developing_a_text_lies_in_the_mailbox(
    app: Flask, client: FlaskClient, monkeypatch: Any, tmp_path: Any
) -> None:
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", tmp_path)
    message = a_text()
    deliver_due()
    assert (again(message).status, again(message).segments) == ("sent", 1)
    page = client.get("/dev/mailbox/").text
    assert "Hello Olivia, see you soon." in page
    assert "Text message" in page
    [file] = (tmp_path / "mailbox").iterdir()
    shown = client.get(f"/dev/mailbox/{int(file.stem)}").text
    assert NUMBER in shown
    assert "<iframe" not in shown


@pytest.mark.commits
def test_two_senders_cannot_pass_the_limit_together(app: Flask, greeting: None) -> None:
    from app.notifications.claiming import begin_transmitting, claim

    with app.app_context():
        business = a_shop_that_texts(limit=1)
        numbers = [a_text(business, dedupe_key=f"race{it}:{business}").id for it in range(2)]
        db.session.commit()
    gate, began = threading.Barrier(2), []

    def go(number: int) -> None:
        with app.app_context():
            row = claim(number, clock.now(), "daybook.example")
            assert row
            db.session.commit()
            gate.wait()
            began.append(begin_transmitting(row, clock.now(), 1))
            db.session.commit()

    threads = [threading.Thread(target=go, args=[number]) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        forget_business(business)
    assert sorted(began) == [False, True]


def forget_business(business: int) -> None:
    """Take away all that was committed of it."""
    for table in reversed(db.metadata.sorted_tables):
        if "business_id" in table.c:
            db.session.execute(table.delete().where(table.c.business_id == business))
    db.session.execute(db.text("DELETE FROM businesses WHERE id = :it"), {"it": business})
    db.session.commit()
