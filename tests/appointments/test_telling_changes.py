"""What customers and members are told when a booking is moved, given back, or stands again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.appointments.answering import decline, expire_unanswered
from app.appointments.booking import Decision, book
from app.appointments.cancelling import cancel, cancel_together
from app.appointments.class_dates import cancel_date
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking
from app.appointments.moving import move
from app.appointments.notices import keep_notices
from app.appointments.promising_to_come import promise_to_come, say_not_coming
from app.appointments.returning import move_back
from app.appointments.undoing import undo
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.notifications.claiming import claim
from app.notifications.models import Notification
from app.schedule.wall_clock import epoch_minute
from tests.appointments.test_telling import a_visit_of_two
from tests.factories import ANNA, Shop, a_booking, a_membership, a_shop, a_timetable, a_user, a_wish, berlin
from tests.notifications.messages import messages_of

pytestmark = pytest.mark.usefixtures("frozen")
TEN = berlin("2027-03-02 10:00")


def kinds(shop: Shop, *statuses: str) -> list[str]:
    """The kinds of what was planned, without what was called off, or in these statuses."""
    wanted = statuses or ("pending", "sent")
    return [it.kind.removeprefix("booking_") for it in messages_of(shop.business.id) if it.status in wanted]


def all_sent(shop: Shop) -> None:
    for it in messages_of(shop.business.id):
        it.status, it.sent_at = "sent", clock.now()
    db.session.flush()


def a_known_booking(shop: Shop) -> Booking:
    """A booking whose customer has been told of it."""
    booking = a_booking(shop, TEN)
    all_sent(shop)
    return booking


def moved(shop: Shop, booking: Booking, hours: int, **more: Any) -> None:
    start = epoch_minute(TEN + timedelta(hours=hours))
    move(shop.business, booking.appointment, start=start, now=clock.now(), **({"by": ANNA} | more))


def test_a_move_is_told_by_decision_and_to_who_did_it(app: Flask) -> None:
    shop = a_shop()
    booking = a_known_booking(shop)
    moved(shop, booking, 1)
    assert kinds(shop) == ["confirmed"]
    moved(shop, booking, 2, tell=True)
    assert kinds(shop) == ["confirmed", "moved"]
    message = messages_of(shop.business.id)[-1]
    assert message.dedupe_key == f"b{shop.business.id}:booking{booking.id}:moved:s2:email"
    assert message.customer_id == booking.customer_id
    all_sent(shop)
    moved(shop, booking, 3, by=VISITOR)
    assert kinds(shop) == ["confirmed", "moved", "moved"]


def test_several_moves_before_the_first_mail_leaves_are_one_with_the_last_state(app: Flask) -> None:
    shop = a_shop()
    booking = a_known_booking(shop)
    for hours in (1, 2, 3):
        moved(shop, booking, hours, tell=True)
    assert kinds(shop, "pending") == ["moved"]
    was = messages_of(shop.business.id)[-1].payload["was"]
    assert was[str(booking.id)][0] == TEN.astimezone(was_zone(was)).isoformat()


def was_zone(was: dict[str, Any]) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(next(iter(was.values()))[0]).tzinfo


def test_moved_back_before_the_mail_left_nothing_is_said(app: Flask) -> None:
    shop = a_shop()
    booking = a_known_booking(shop)
    moved(shop, booking, 1, tell=True)
    appointment = booking.appointment
    move_back(shop.business, appointment, version=appointment.version, by=ANNA, now=clock.now())
    assert kinds(shop, "pending") == []


def test_moved_back_after_it_left_is_told_as_the_move_was(app: Flask) -> None:
    shop = a_shop()
    booking = a_known_booking(shop)
    moved(shop, booking, 1, tell=True)
    all_sent(shop)
    appointment = booking.appointment
    move_back(shop.business, appointment, version=appointment.version, by=ANNA, now=clock.now())
    assert kinds(shop) == ["confirmed", "moved", "moved"]


def test_a_confirmation_that_has_not_left_yet_tells_the_move(app: Flask) -> None:
    shop = a_shop()
    moved(shop, a_booking(shop, TEN), 1, tell=True)
    assert kinds(shop) == ["confirmed"]


def test_who_moved_silently_back_what_was_about_to_be_told_has_nothing_to_say(app: Flask) -> None:
    shop = a_shop()
    booking = a_known_booking(shop)
    moved(shop, booking, 1, tell=True)
    moved(shop, booking, 0)
    message = messages_of(shop.business.id)[-1]
    row = claim(message.id, clock.now(), "daybook.example")
    assert row
    assert (row.status, row.last_error) == ("cancelled", "The booking is back where it was.")


def test_a_cancellation_is_told_by_decision_and_always_to_who_did_it(app: Flask) -> None:
    shop = a_shop()
    silent, told, theirs = (a_booking(shop, TEN + timedelta(hours=it)) for it in range(3))
    all_sent(shop)
    cancel(shop.business, silent, by=ANNA, now=clock.now())
    assert kinds(shop, "pending") == []
    cancel(shop.business, told, by=ANNA, now=clock.now(), tell=True)
    cancel(shop.business, theirs, by=VISITOR, now=clock.now())
    assert kinds(shop, "pending") == ["cancelled"] * 2


def test_two_parts_of_a_visit_are_one_message_together_or_one_after_the_other(app: Flask) -> None:
    shop = a_shop()
    parts = a_visit_of_two(shop)
    all_sent(shop)
    cancel_together(shop.business, parts, by=VISITOR, now=clock.now())
    assert kinds(shop, "pending") == ["cancelled"]
    again = a_visit_of_two(shop)
    all_sent(shop)
    for part in again:
        cancel(shop.business, part, by=VISITOR, now=clock.now())
    assert kinds(shop, "pending") == ["cancelled"]
    assert messages_of(shop.business.id)[-1].payload == {"parts": [it.id for it in again]}


def test_what_stands_again_before_the_mail_left_is_not_told_at_all(app: Flask) -> None:
    shop = a_shop()
    booking = a_known_booking(shop)
    cancel(shop.business, booking, by=ANNA, now=clock.now(), tell=True)
    undo(shop.business, booking, by=ANNA, now=clock.now())
    assert kinds(shop, "pending") == []


def test_who_has_read_that_it_is_cancelled_reads_that_it_is_not(app: Flask) -> None:
    shop = a_shop()
    booking = a_known_booking(shop)
    cancel(shop.business, booking, by=ANNA, now=clock.now(), tell=True)
    all_sent(shop)
    undo(shop.business, booking, by=ANNA, now=clock.now())
    assert kinds(shop) == ["confirmed", "cancelled", "confirmed"]
    assert messages_of(shop.business.id)[-1].subject_seq == 2


def test_undoing_one_of_two_parts_still_tells_the_other(app: Flask) -> None:
    shop = a_shop()
    first, second = a_visit_of_two(shop)
    all_sent(shop)
    cancel_together(shop.business, [first, second], by=ANNA, now=clock.now(), tell=True)
    undo(shop.business, first, by=ANNA, now=clock.now())
    [message] = [it for it in messages_of(shop.business.id) if it.status == "pending"]
    assert (message.kind, message.payload) == ("booking_cancelled", {"parts": [second.id]})


def test_a_declined_request_is_told_by_decision_and_one_nobody_answered_always(app: Flask) -> None:
    shop = a_shop(approval=True)
    silent, told, late = (a_booking(shop, TEN + timedelta(hours=it)) for it in range(3))
    all_sent(shop)
    decline(shop.business, silent, by=ANNA, now=clock.now())
    assert kinds(shop, "pending") == []
    decline(shop.business, told, by=ANNA, now=clock.now(), tell=True, reason="Maya is away")
    late.created_at = clock.now() - timedelta(hours=48)
    db.session.flush()
    expire_unanswered(shop.business.id, clock.now(), 100)
    assert kinds(shop, "pending") == ["declined"] * 2


def test_everybody_in_a_class_hears_that_its_date_is_off(app: Flask) -> None:
    shop = a_shop(capacity=8, minutes=60, price_cents=None, advance_days=20)
    date = a_timetable(shop).dates[1]
    for name in ("olivia", "sam"):
        a_booking(shop, date.starts_at, f"{name}@example.com")
    all_sent(shop)
    cancel_date(shop.business, date, by=ANNA, now=clock.now(), tell=True)
    told = [it for it in messages_of(shop.business.id) if it.status == "pending"]
    assert [(it.kind, it.recipient) for it in told] == [
        ("booking_cancelled", "olivia@example.com"),
        ("booking_cancelled", "sam@example.com"),
    ]


def notices_of(shop: Shop) -> list[tuple[str, int | None]]:
    return [(it.kind, it.user_id) for it in messages_of(shop.business.id) if it.user_id]


def test_members_are_told_what_customers_do_as_each_wants_it(app: Flask) -> None:
    shop = a_shop(2)
    owner, manager, maya, tomas = (
        a_membership(shop.business, role, a_user()) for role in ("owner", "manager", "staff", "staff")
    )
    for person, member in zip(shop.people, (maya, tomas), strict=True):
        person.user_id = member.user_id
    db.session.flush()
    booking = a_booking(shop, TEN, person=shop.people[1])
    assert notices_of(shop) == [("booking_new", owner.user_id), ("booking_new", tomas.user_id)]
    keep_notices(owner, {"cancellation": "none"}, by=ANNA, now=clock.now())
    keep_notices(manager, {"cancellation": "all"}, by=ANNA, now=clock.now())
    all_sent(shop)
    moved(shop, booking, 1, by=VISITOR)
    promise_to_come(shop.business, [booking], by=VISITOR, now=clock.now())
    cancel(shop.business, booking, by=VISITOR, now=clock.now())
    assert notices_of(shop)[2:] == [
        ("booking_changed", owner.user_id),
        ("booking_changed", tomas.user_id),
        ("booking_answered", owner.user_id),
        ("booking_answered", tomas.user_id),
        ("booking_given_up", manager.user_id),
        ("booking_given_up", tomas.user_id),
    ]
    assert all(it.status == "pending" for it in messages_of(shop.business.id)[-2:])


def test_what_members_do_is_told_to_no_member(app: Flask) -> None:
    shop = a_shop()
    a_membership(shop.business, "owner", a_user())
    decision = Decision(Contact("Olivia Park", "olivia@example.com"), "book.example")
    [booking] = book(
        shop.business, a_wish(shop, TEN), replace(decision, tell=False), by=ANNA, now=clock.now()
    )
    moved(shop, booking, 1, tell=True)
    cancel(shop.business, booking, by=ANNA, now=clock.now(), tell=True)
    assert notices_of(shop) == []


def test_who_changed_their_mind_is_not_told_what_was_planned(app: Flask) -> None:
    shop = a_shop()
    owner = a_membership(shop.business, "owner", a_user())
    a_booking(shop, TEN)
    keep_notices(owner, {"new": "none"}, by=ANNA, now=clock.now())
    row = claim(messages_of(shop.business.id)[1].id, clock.now(), "daybook.example")
    assert row
    assert row.status == "cancelled"


def test_a_promise_holds_for_the_time_it_was_given_for(app: Flask) -> None:
    shop = a_shop()
    booking = a_known_booking(shop)
    for _ in range(2):
        promise_to_come(shop.business, [booking], by=VISITOR, now=clock.now())
    assert booking.coming_at == clock.now()
    say_not_coming(shop.business, [booking], by=VISITOR, now=clock.now())
    assert booking.coming_at is None
    promise_to_come(shop.business, [booking], by=VISITOR, now=clock.now())
    moved(shop, booking, 1)
    assert bookings_of_visit(shop.business.id, booking.visit)[0].coming_at is None


def test_every_row_knows_its_customer(app: Flask) -> None:
    shop = a_shop()
    a_membership(shop.business, "owner", a_user())
    booking = a_booking(shop, TEN)
    rows: list[Notification] = messages_of(shop.business.id)
    assert {it.customer_id for it in rows} == {booking.customer_id}
