"""Who is told what of a booking, and that nobody is told twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.appointments.answering import accept, decline, expire_unanswered
from app.appointments.booking import Decision, book
from app.appointments.cancelling import cancel
from app.appointments.confirming import confirm
from app.appointments.finding import bookings_of_visit
from app.appointments.holding import hold
from app.appointments.models import Booking
from app.appointments.series import book_series
from app.appointments.undoing import undo
from app.businesses.models import Business
from app.core import clock
from app.core.actor import SYSTEM, VISITOR, Actor
from app.core.db import db
from app.customers.meeting import Contact
from app.notifications.claiming import claim
from app.notifications.models import Notification
from app.schedule.loading import Part
from app.schedule.serving import Server
from tests.factories import (
    ANNA,
    Shop,
    a_booking,
    a_hold,
    a_membership,
    a_shop,
    a_user,
    a_visitor,
    a_wish,
    add_need,
    add_service,
    berlin,
)
from tests.notifications.messages import messages_of

pytestmark = pytest.mark.usefixtures("frozen")
TEN = berlin("2027-03-02 10:00")
OLIVIA = Decision(Contact("Olivia Park", "olivia@example.com"), "book.example")


def told(shop: Shop) -> list[tuple[str, str]]:
    """(kind, recipient) of every message planned."""
    return [(it.kind, it.recipient) for it in messages_of(shop.business.id)]


def two_owners(shop: Shop) -> tuple[str, str]:
    """The addresses of two owners; a manager, and an owner who left, are there too."""
    maya, ada, gone = (a_user() for _ in range(3))
    a_membership(shop.business, "owner", maya)
    a_membership(shop.business, "owner", ada)
    a_membership(shop.business, "manager", a_user())
    a_membership(shop.business, "owner", gone).active = False
    db.session.flush()
    return maya.email, ada.email


def test_a_booking_is_told_to_its_customer_and_to_each_owner(app: Flask) -> None:
    shop = a_shop()
    owners = two_owners(shop)
    booking = a_booking(shop, TEN)
    assert told(shop) == [
        ("booking_confirmed", "olivia@example.com"),
        *(("booking_new", owner) for owner in owners),
    ]
    message = messages_of(shop.business.id)[0]
    assert message.dedupe_key == f"b{shop.business.id}:booking{booking.id}:confirmed:email"
    assert (message.subject_kind, message.subject_id, message.expires_at) == ("booking", booking.id, TEN)
    assert (message.send_at, message.status) == (clock.now(), "pending")


def test_a_request_says_that_it_is_one(app: Flask) -> None:
    shop = a_shop(approval=True)
    a_membership(shop.business, "owner", a_user("maya@example.com"))
    a_booking(shop, TEN)
    assert told(shop) == [("booking_requested", "olivia@example.com"), ("booking_new", "maya@example.com")]


def test_confirming_twice_tells_once(app: Flask) -> None:
    shop = a_shop()
    booking = a_booking(shop, TEN)
    contact = Contact("Olivia Park", "olivia@example.com")
    confirm(shop.business, booking, contact, by=VISITOR, now=clock.now(), host="book.example")
    assert len(told(shop)) == 1


def test_nobody_is_told_when_told_not_to(app: Flask) -> None:
    shop = a_shop()
    two_owners(shop)
    held = a_hold(shop, TEN)
    contact = Contact("Olivia Park", "olivia@example.com")
    confirm(shop.business, held, contact, by=VISITOR, now=clock.now(), host="book.example", tell=False)
    noon = a_wish(shop, berlin("2027-03-02 12:00"))
    book(shop.business, noon, replace(OLIVIA, tell=False), by=ANNA, now=clock.now())
    assert told(shop) == []


def test_the_owner_who_booked_is_not_told_and_the_others_are(app: Flask) -> None:
    shop = a_shop()
    maya, ada = a_user(), a_user()
    for owner in (maya, ada):
        a_membership(shop.business, "owner", owner)
    by = Actor("member", "Maya", user_id=maya.id, source="staff")
    book(shop.business, a_wish(shop, TEN), OLIVIA, by=by, now=clock.now())
    assert told(shop) == [("booking_confirmed", "olivia@example.com"), ("booking_new", ada.email)]
    assert messages_of(shop.business.id)[1].payload == {"by": "Maya"}


def test_a_customer_without_an_address_is_told_nothing(app: Flask) -> None:
    shop = a_shop()
    decision = Decision(Contact("Walter", None, "+49305550199"), "book.example")
    book(shop.business, a_wish(shop, TEN), decision, by=ANNA, now=clock.now())
    assert told(shop) == []


def test_a_visit_that_begins_now_needs_no_words(app: Flask) -> None:
    shop = a_shop()
    book(shop.business, a_wish(shop, clock.now()), OLIVIA, by=ANNA, now=clock.now())
    assert told(shop) == []


def a_visit_of_two(shop: Shop, **columns: bool) -> list[Booking]:
    """The shop's service and one more, held and confirmed in one go; `columns` are of the second service."""
    second = add_service(shop.business.id, "Colour", minutes=30, price_cents=9000, **columns)
    add_need(shop.business.id, second.id, [Server(shop.person.resource_id)])
    wish = replace(a_wish(shop, TEN), then=(Part(second.id),))
    held = hold(shop.business, wish, a_visitor(), by=VISITOR, now=clock.now())
    contact = Contact("Olivia Park", "olivia@example.com")
    confirm(shop.business, held, contact, by=VISITOR, now=clock.now(), host="book.example")
    return bookings_of_visit(shop.business.id, held.visit)


def test_a_visit_of_two_services_is_one_message(app: Flask) -> None:
    shop = a_shop()
    a_visit_of_two(shop)
    assert told(shop) == [("booking_confirmed", "olivia@example.com")]


def test_a_series_is_one_message_that_is_of_use_until_its_last_date(app: Flask) -> None:
    shop = a_shop()
    a_membership(shop.business, "owner", a_user("maya@example.com"))
    wishes = [a_wish(shop, TEN + timedelta(days=7 * week)) for week in range(3)]
    book_series(shop.business, wishes, OLIVIA, by=ANNA, now=clock.now())
    assert told(shop) == [("booking_confirmed", "olivia@example.com"), ("booking_new", "maya@example.com")]
    message = messages_of(shop.business.id)[0]
    assert (message.subject_kind, message.expires_at) == ("series", TEN + timedelta(days=14))


def test_a_request_that_is_accepted_is_confirmed_to_its_customer_once(app: Flask) -> None:
    shop = a_shop(approval=True)
    booking = a_booking(shop, TEN)
    for _ in range(2):
        accept(shop.business, booking, by=ANNA, now=clock.now())
    assert told(shop) == [
        ("booking_requested", "olivia@example.com"),
        ("booking_confirmed", "olivia@example.com"),
    ]


def test_a_request_that_is_declined_confirms_nothing(app: Flask) -> None:
    shop = a_shop(approval=True)
    decline(shop.business, a_booking(shop, TEN), by=ANNA, now=clock.now())
    assert told(shop) == [("booking_requested", "olivia@example.com")]


@pytest.mark.parametrize("answer", ["accept", "decline", "expire"])
def test_a_visit_is_confirmed_by_the_last_answer(app: Flask, answer: str) -> None:
    shop = a_shop()
    _agreed, asked = a_visit_of_two(shop, approval=True)
    assert told(shop) == [("booking_requested", "olivia@example.com")]
    if answer == "accept":
        accept(shop.business, asked, by=ANNA, now=clock.now())
    elif answer == "decline":
        decline(shop.business, asked, by=ANNA, now=clock.now())
    else:
        asked.created_at = clock.now() - timedelta(hours=48)
        db.session.flush()
        assert expire_unanswered(shop.business.id, clock.now(), 100) == 1
    assert told(shop)[1:] == [("booking_confirmed", "olivia@example.com")]


def test_while_a_part_waits_for_its_answer_nothing_is_confirmed(app: Flask) -> None:
    shop = a_shop(approval=True)
    first, second = a_visit_of_two(shop, approval=True)
    accept(shop.business, first, by=ANNA, now=clock.now())
    assert told(shop) == [("booking_requested", "olivia@example.com")]
    accept(shop.business, second, by=ANNA, now=clock.now())
    assert told(shop)[1:] == [("booking_confirmed", "olivia@example.com")]


def off_and_on(shop: Shop, booking: Booking) -> None:
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    undo(shop.business, booking, by=ANNA, now=clock.now())


def test_undoing_says_nothing_to_somebody_who_knows(app: Flask) -> None:
    shop = a_shop()
    booking = a_booking(shop, TEN)
    [message] = messages_of(shop.business.id)
    message.status, message.sent_at = "sent", clock.now()
    off_and_on(shop, booking)
    assert [it.status for it in messages_of(shop.business.id)] == ["sent"]


def test_undoing_before_anything_was_said_says_it(app: Flask) -> None:
    shop = a_shop()
    booking = a_booking(shop, TEN)
    [message] = messages_of(shop.business.id)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert status_after_claim(message) == "cancelled"
    undo(shop.business, booking, by=ANNA, now=clock.now())
    assert [it.status for it in messages_of(shop.business.id)] == ["pending"]
    assert status_after_claim(message) == "claimed"


def test_undoing_a_declined_request_confirms_it(app: Flask) -> None:
    shop = a_shop(approval=True)
    booking = a_booking(shop, TEN)
    decline(shop.business, booking, by=ANNA, now=clock.now())
    undo(shop.business, booking, by=ANNA, now=clock.now())
    assert told(shop)[1:] == [("booking_confirmed", "olivia@example.com")]


def test_undoing_tells_nothing_to_whom_nothing_was_to_be_told(app: Flask) -> None:
    shop = a_shop()
    quiet = replace(OLIVIA, tell=False)
    [booking] = book(shop.business, a_wish(shop, TEN), quiet, by=ANNA, now=clock.now())
    off_and_on(shop, booking)
    assert told(shop) == []


def test_undoing_one_date_of_a_series_that_was_told_says_nothing(app: Flask) -> None:
    shop = a_shop()
    wishes = [a_wish(shop, TEN + timedelta(days=7 * week)) for week in range(2)]
    visits = book_series(shop.business, wishes, OLIVIA, by=ANNA, now=clock.now())
    off_and_on(shop, visits[1][0])
    assert len(told(shop)) == 1


def status_after_claim(message: Notification) -> str:
    row = claim(message.id, clock.now(), "daybook.example")
    assert row is not None
    return row.status


def test_a_rolled_back_booking_told_nobody(app: Flask) -> None:
    shop = a_shop()
    db.session.commit()
    a_booking(shop, TEN)
    db.session.rollback()
    assert messages_of(shop.business.id) == []


def test_messages_of_another_business_have_other_keys(app: Flask) -> None:
    keys = set()
    for _ in range(2):
        shop = a_shop()
        a_booking(shop, TEN)
        keys |= {it.dedupe_key for it in messages_of(shop.business.id)}
    assert len(keys) == 2


def test_telling_takes_two_statements(app: Flask, queries) -> None:  # type: ignore[no-untyped-def]
    shop = a_shop()
    two_owners(shop)
    held = a_hold(shop, TEN)
    contact = Contact("Olivia Park", "olivia@example.com")
    business = db.session.get_one(Business, shop.business.id)
    with queries() as seen:
        confirm(business, held, contact, by=SYSTEM, now=clock.now(), host="book.example")
    about = [it for it in seen if "notifications" in it or "memberships" in it]
    assert len(about) == 2
