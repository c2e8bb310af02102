"""Members see every message, its state and the reason, and what they can do about it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.db import db
from app.customers.models import Customer
from app.notifications import looking_after
from app.notifications.jobs import deliver_due
from app.notifications.listing import STATES, gone_wrong
from app.notifications.models import MessageSettings, Notification
from tests.factories import Shop, a_booking, a_membership, a_shop, a_user, signed_in
from tests.notifications.lines import a_line, greeting
from tests.notifications.messages import AT, again, messages_of
from tests.notifications.post import Post
from tests.reading import boxes, error, rows, soup, words

pytestmark = pytest.mark.usefixtures("frozen", "greeting")
__all__ = ["greeting"]


@pytest.fixture
def shop(app: Flask) -> Shop:
    return a_shop()


@pytest.fixture
def page(shop: Shop) -> str:
    return f"/manage/{shop.business.slug}/notifications"


@pytest.fixture
def manager(app: Flask, shop: Shop) -> FlaskClient:
    user = a_user(email_checked_at=clock.now())
    return signed_in(app, a_membership(shop.business, "manager", user).user)


def a_message(shop: Shop, status: str = "sent", **columns: Any) -> Notification:
    """One about nothing, in this state."""
    if status in ("sent", "delivered"):
        columns |= {"sent_at": clock.now()}
    columns = {"created_at": clock.now()} | columns
    key = {"dedupe_key": f"it:{db.session.query(Notification).count()}"}
    [number] = a_line(shop.business.id, 1, clock.now(), **{"status": status} | key | columns)
    return db.session.get_one(Notification, number)


def test_an_empty_ledger_says_what_will_be_in_it(page: str, manager: FlaskClient) -> None:
    assert "Nothing was said yet" in manager.get(page).text


def test_each_message_says_to_whom_what_when_and_how_it_ended(
    shop: Shop, page: str, manager: FlaskClient
) -> None:
    a_booking(shop, AT)
    [confirmed] = messages_of(shop.business.id)
    confirmed.status, confirmed.last_error = "failed", "The mail server refused it: 550 No such mailbox"
    a_message(shop, "delivered", channel="sms", recipient="+4915112345678")
    listed = manager.get(page)
    assert sorted(rows(listed, ".message")) == [
        "E-mail Booking confirmed Olivia Park olivia@example.com"
        " The mail server refused it: 550 No such mailbox Failed Mon 1 Mar, 10:00",
        "Text message Greeting +49 1511 2345678 Delivered Mon 1 Mar, 10:00",
    ]
    link = soup(listed).select_one(".message-detail a")
    assert link
    assert link["href"].endswith(f"/appointments/{_appointment(confirmed)}")


def _appointment(message: Notification) -> int:
    from app.appointments.models import Booking

    return db.session.get_one(Booking, (message.business_id, message.subject_id)).appointment_id


@pytest.mark.parametrize("state", STATES)
def test_the_list_can_be_narrowed_to_a_state(shop: Shop, page: str, manager: FlaskClient, state: str) -> None:
    for status in ("pending", "sent", "delivered", "failed", "cancelled", "expired", "unknown"):
        a_message(shop, status, recipient=f"{status}@example.com")
    found = [words(it) for it in soup(manager.get(f"{page}?state={state}")).select(".message-to")]
    assert sorted(found) == sorted(
        f"{it}@example.com" for it in STATES[state] if it not in ("claimed", "transmitting")
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ANN", ["ann@example.com"]),
        ("q=0151+123", ["+49 1511 2345678"]),
        ("q=%25", []),
        ("channel=sms", ["+49 1511 2345678"]),
        ("channel=pigeon", ["+49 1511 2345678", "ann@example.com", "bob@example.com"]),
        ("kind=greeting&q=bob", ["bob@example.com"]),
        ("kind=booking_new", []),
        ("state=nonsense&page=99&kind=%00", ["+49 1511 2345678", "ann@example.com", "bob@example.com"]),
        ("page=0", ["+49 1511 2345678", "ann@example.com", "bob@example.com"]),
        ("q=" + "x" * 500, []),
    ],
)
def test_the_list_can_be_searched(
    shop: Shop, page: str, manager: FlaskClient, query: str, found: list[str]
) -> None:
    a_message(shop, recipient="ann@example.com")
    a_message(shop, recipient="bob@example.com")
    a_message(shop, channel="sms", recipient="+4915112345678")
    answer = manager.get(f"{page}?{query}")
    assert answer.status_code == 200
    assert sorted(words(it) for it in soup(answer).select(".message-to")) == found


def test_fifty_are_on_a_page_and_the_number_of_statements_does_not_grow(
    shop: Shop, page: str, manager: FlaskClient, queries: Any
) -> None:
    counts = []
    for round_ in range(2):
        a_line(shop.business.id, 30, clock.now() + timedelta(minutes=round_), status="cancelled")
        db.session.commit()
        with queries() as said:
            answer = manager.get(page)
        counts.append(len(said))
    assert len(soup(answer).select(".message")) == 50
    assert "1–50 of 60" in answer.text
    assert len(soup(manager.get(f"{page}?page=2")).select(".message")) == 10
    assert counts[0] == counts[1] <= 10


def test_nobody_sees_the_messages_of_another_business(app: Flask, shop: Shop, page: str) -> None:
    message = a_message(shop)
    other = signed_in(app, a_membership(a_shop().business, "owner").user)
    own = other.get(page)
    assert own.status_code == 404
    elsewhere = a_shop()
    stranger = signed_in(app, a_membership(elsewhere.business, "owner").user)
    there = f"/manage/{elsewhere.business.slug}/notifications"
    assert stranger.get(f"{there}/{message.id}").status_code == 404
    assert stranger.post(f"{there}/{message.id}/copies").status_code == 404
    assert "No such" not in stranger.get(there).text
    assert soup(stranger.get(there)).select(".message") == []


def test_a_planned_mail_is_shown_as_it_would_be_written_now(
    shop: Shop, page: str, manager: FlaskClient
) -> None:
    booking = a_booking(shop, AT)
    [message] = messages_of(shop.business.id)
    booking.contact_name = "<b>Olivia</b>"
    answer = manager.get(f"{page}/{message.id}")
    assert "As it would be written now, from what is true at this moment." in answer.text
    frame = soup(answer).iframe
    assert frame
    assert "allow-scripts" not in frame["sandbox"]
    inside = manager.get(str(frame["src"]))
    assert "You are booked, &lt;b&gt;Olivia&lt;/b&gt;" in inside.text
    assert "sandbox" in inside.headers["Content-Security-Policy"]
    assert inside.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_message_that_holds_a_link_for_one_person_is_not_shown(
    shop: Shop, page: str, manager: FlaskClient
) -> None:
    about = a_booking(shop, AT).id
    message = a_message(shop, subject_kind="invitation", subject_id=about, kind="booking_confirmed")
    answer = manager.get(f"{page}/{message.id}")
    assert "Its text is not shown" in answer.text
    assert manager.get(f"{page}/{message.id}/page").status_code == 404


def test_a_message_whose_subject_is_gone_can_still_be_opened(
    shop: Shop, page: str, manager: FlaskClient
) -> None:
    message = a_message(shop, subject_kind="booking", subject_id=999_999, kind="booking_confirmed")
    answer = manager.get(f"{page}/{message.id}")
    assert answer.status_code == 200
    assert "It cannot be sent again: The booking does not exist any more." in answer.text


def test_a_message_of_a_kind_nobody_knows_any_more_is_listed_and_opened(
    shop: Shop, page: str, manager: FlaskClient
) -> None:
    message = a_message(shop, kind="from_the_future")
    assert "From the future" in manager.get(page).text
    assert manager.get(f"{page}/{message.id}").status_code == 200


def test_sending_again_is_a_new_message_that_goes_at_once(
    shop: Shop, page: str, manager: FlaskClient, post: Post
) -> None:
    message = a_message(shop, "failed", last_error="550")
    message.kind = "booking_confirmed"
    booking = a_booking(shop, AT)
    db.session.delete(message)
    [first] = [it for it in messages_of(shop.business.id) if it.subject_id == booking.id]
    deliver_due()
    answer = manager.post(f"{page}/{first.id}/copies")
    assert answer.status_code == 303
    copy = messages_of(shop.business.id)[-1]
    assert (copy.copy_of, copy.dedupe_key) == (first.id, f"{first.dedupe_key}:again:1")
    assert (copy.recipient, copy.status, copy.attempts) == (first.recipient, "pending", 0)
    deliver_due()
    assert len(post.taken) == 2
    assert len({it["message-id"] for it in post.mails}) == 2


def test_sending_again_is_possible_three_times(shop: Shop, page: str, manager: FlaskClient) -> None:
    message = a_message(shop)
    latest = message
    for _ in range(looking_after.MOST_COPIES):
        assert manager.post(f"{page}/{latest.id}/copies").status_code == 303
        latest = messages_of(shop.business.id)[-1]
        latest.status, latest.sent_at = "sent", clock.now()
        db.session.flush()
    answer = manager.post(f"{page}/{latest.id}/copies")
    assert answer.status_code == 429
    assert "three times already" in boxes(answer)[-1]
    assert len(messages_of(shop.business.id)) == 4


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"status": "pending"}, "It was not sent yet."),
        ({"expires_at": "past"}, "It is too late to be of use."),
        (
            {"kind": "booking_confirmed", "subject_kind": "booking", "subject_id": 9},
            "does not exist any more",
        ),
        ({"kind": "from_the_future"}, "This kind of message is not sent any more."),
    ],
)
def test_what_nobody_would_want_is_not_sent_again(
    shop: Shop, page: str, manager: FlaskClient, columns: dict[str, Any], reason: str
) -> None:
    if columns.get("expires_at"):
        columns = columns | {"expires_at": clock.now()}
    message = a_message(shop, **columns)
    answer = manager.post(f"{page}/{message.id}/copies")
    assert answer.status_code == 422
    assert reason in answer.text
    assert len(messages_of(shop.business.id)) == 1


def test_a_planned_message_can_be_left_out_and_one_under_way_cannot(
    shop: Shop, page: str, manager: FlaskClient, post: Post
) -> None:
    planned = a_message(shop, "pending")
    assert manager.post(f"{page}/{planned.id}/omission").status_code == 303
    row = again(planned)
    assert (row.status, row.last_error) == ("cancelled", "Maya Lindqvist has left it out.")
    assert deliver_due() == 0
    sent = a_message(shop, "sent")
    assert manager.post(f"{page}/{sent.id}/omission").status_code == 409
    assert again(sent).status == "sent"


def test_what_went_wrong_is_said_on_top_and_today_until_somebody_has_seen_it(
    shop: Shop, page: str, manager: FlaskClient
) -> None:
    a_message(shop, "failed")
    a_message(shop, "failed")
    a_message(shop, "unknown")
    today = page.removesuffix("notifications")
    assert boxes(manager.get(page))[0].startswith("2 messages did not arrive, 1 may not have arrived")
    assert "3 messages did not arrive, or may not have" in rows(manager.get(today), ".notice p")
    assert manager.post(f"{page}/acknowledgement").status_code == 303
    assert gone_wrong(shop.business.id, clock.now()).total == 0
    assert boxes(manager.get(page)) == []
    assert "did not arrive" not in manager.get(today).text
    a_message(shop, "failed")
    assert boxes(manager.get(page))[0].startswith("1 message did not arrive")


def test_what_was_sent_again_needs_nobody_any_more(shop: Shop, page: str, manager: FlaskClient) -> None:
    message = a_message(shop, "failed")
    manager.post(f"{page}/{message.id}/copies")
    assert gone_wrong(shop.business.id, clock.now()).total == 0


def test_what_is_long_ago_needs_nobody_any_more(shop: Shop, frozen: Any) -> None:
    a_message(shop, "failed", created_at=clock.now())
    assert gone_wrong(shop.business.id, clock.now()).total == 1
    assert gone_wrong(shop.business.id, clock.now() + timedelta(days=31)).total == 0


def test_staff_are_not_told_of_what_they_cannot_open(app: Flask, shop: Shop, page: str) -> None:
    a_message(shop, "failed")
    staff = signed_in(app, a_membership(shop.business, "staff").user)
    today = staff.get(page.removesuffix("notifications"))
    assert "did not arrive" not in today.text
    assert "notifications" not in today.text


def test_the_panel_and_the_customers_page_show_their_messages(
    shop: Shop, page: str, manager: FlaskClient
) -> None:
    booking = a_booking(shop, AT)
    [message] = messages_of(shop.business.id)
    message.customer_id = booking.customer_id
    base = page.removesuffix("/notifications")
    for address in (f"appointments/{booking.appointment_id}", f"customers/{booking.customer_id}"):
        shown = rows(manager.get(f"{base}/{address}"), ".message")
        assert shown == ["E-mail Booking confirmed olivia@example.com Planned Mon 1 Mar, 10:00"]
    other = Customer(business_id=shop.business.id, name="Sam")
    db.session.add(other)
    db.session.flush()
    assert not soup(manager.get(f"{base}/customers/{other.id}")).select(".message")


def test_texting_is_kept_and_shown_again(shop: Shop, page: str, manager: FlaskClient) -> None:
    address = page.replace("notifications", "settings/texting")
    form = {"sms_limit": "50", "sms_countries": ["AT", "DE"], "has_quiet": "y"}
    form |= {"quiet_from": "22:30", "quiet_until": "07:00"}
    assert manager.post(address, data=form).status_code == 303
    row = db.session.get_one(MessageSettings, shop.business.id)
    assert (row.sms_limit, row.sms_countries) == (50, ["AT", "DE"])
    assert (row.quiet_from_min, row.quiet_until_min) == (1350, 420)
    shown = soup(manager.get(address))
    assert [it["value"] for it in shown.select("input[name=sms_countries][checked]")] == ["AT", "DE"]
    assert "0 of 50 used this month." in shown.text
    assert manager.post(address, data={"sms_limit": "0", "sms_countries": "DE"}).status_code == 303
    db.session.expire_all()
    row = db.session.get_one(MessageSettings, shop.business.id)
    assert (row.sms_countries, row.quiet_from_min, row.quiet_until_min) == ([], None, None)


def test_nobody_has_texts_paid_for_by_an_address_that_may_be_somebody_elses(
    app: Flask, shop: Shop, page: str
) -> None:
    mallory = signed_in(app, a_membership(shop.business, "owner").user)
    form = {"sms_limit": "1000", "sms_countries": ["AT", "DE"]}
    answer = mallory.post(page.replace("notifications", "settings/texting"), data=form)
    assert answer.status_code == 422
    assert "Please confirm your e-mail address first" in answer.text
    assert db.session.get(MessageSettings, shop.business.id) is None


def test_no_business_wants_more_texts_than_the_installation_pays_for(
    app: Flask, shop: Shop, page: str, manager: FlaskClient, monkeypatch: Any
) -> None:
    monkeypatch.setitem(app.config, "SMS_MOST_A_MONTH", 60)
    address = page.replace("notifications", "settings/texting")
    answer = manager.post(address, data={"sms_limit": "61", "sms_countries": "DE"})
    assert answer.status_code == 422
    assert "between 0 and 60" in error(answer, "sms_limit")
    assert manager.post(address, data={"sms_limit": "60", "sms_countries": "DE"}).status_code == 303


def test_whoever_wants_no_quiet_hours_from_the_start_has_none(
    shop: Shop, page: str, manager: FlaskClient
) -> None:
    address = page.replace("notifications", "settings/texting")
    assert manager.post(address, data={"sms_limit": "5", "sms_countries": "DE"}).status_code == 303
    row = db.session.get_one(MessageSettings, shop.business.id)
    assert (row.quiet_from_min, row.quiet_until_min) == (None, None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sms_limit": "-1"}, "sms_limit"),
        ({"sms_limit": "1000000000"}, "sms_limit"),
        ({"sms_limit": "1.5"}, "sms_limit"),
        ({"sms_limit": ""}, "sms_limit"),
        ({"sms_countries": ["XX"]}, "sms_countries"),
        ({"quiet_until": "21:00"}, "quiet_until"),
        ({"quiet_from": ""}, "quiet_until"),
        ({"quiet_from": "25:00"}, "quiet_from"),
    ],
)
def test_texting_that_makes_no_sense_is_refused(
    shop: Shop, page: str, manager: FlaskClient, change: dict[str, Any], field: str
) -> None:
    form = {"sms_limit": "5", "sms_countries": ["DE"], "has_quiet": "y", "quiet_from": "21:00"}
    answer = manager.post(
        page.replace("notifications", "settings/texting"), data=form | {"quiet_until": "08:00"} | change
    )
    assert answer.status_code == 422
    assert error(answer, field)
    assert db.session.get(MessageSettings, shop.business.id) is None


@pytest.mark.parametrize(
    ("env", "says"), [("development", "trying things out"), ("production", "cannot be sent yet")]
)
def test_texting_says_when_there_is_no_provider(
    app: Flask, page: str, manager: FlaskClient, monkeypatch: Any, env: str, says: str
) -> None:
    monkeypatch.setitem(app.config, "DAYBOOK_ENV", env)
    assert says in manager.get(page.replace("notifications", "settings/texting")).text
