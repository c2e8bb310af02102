"""Reminders follow the booking wherever it goes, and everybody gets exactly one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.appointments.answering import accept, decline
from app.appointments.booking import Decision, book
from app.appointments.cancelling import cancel
from app.appointments.class_dates import cancel_date
from app.appointments.finding import bookings_of_visit
from app.appointments.finishing import mark_no_show
from app.appointments.jobs import replan_changed_reminders, replan_reminders
from app.appointments.models import Booking
from app.appointments.moving import move
from app.appointments.reminder_rules import (
    PRESETS,
    Rule,
    SameAlready,
    add_rule,
    change_rule,
    remove_rule,
    visits_ahead,
)
from app.appointments.series import book_series
from app.appointments.transferring import move_place
from app.appointments.undoing import undo
from app.core import clock
from app.core.actor import SYSTEM, VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.customers.models import Customer
from app.customers.unwanted import set_wanted
from app.notifications.claiming import claim
from app.notifications.models import MessageSettings, Notification, ReminderRule
from app.schedule.wall_clock import epoch_minute
from tests.factories import (
    ANNA,
    Shop,
    a_booking,
    a_shop,
    a_timetable,
    a_user,
    a_wish,
    berlin,
)
from tests.notifications.messages import messages_of

FRIDAY = berlin("2027-03-05 10:00")
NEXT_MONDAY = berlin("2027-03-08 10:00")
AROUND = ("booking_reminder", "booking_follow_up")


def a_reminding_shop(*rules: Rule, **columns: Any) -> Shop:
    """A shop that reminds a day before, or by these rules."""
    shop = a_shop(**columns)
    for rule in rules or (PRESETS["day"],):
        add_rule(shop.business, rule, by=SYSTEM, now=clock.now())
    return shop


def around(shop: Shop, *statuses: str) -> list[Notification]:
    found = [it for it in messages_of(shop.business.id) if it.kind in AROUND]
    return [it for it in found if not statuses or it.status in statuses]


def planned(shop: Shop) -> list[datetime]:
    return sorted(it.send_at for it in around(shop, "pending"))


def moved(shop: Shop, booking: Booking, to: datetime) -> None:
    move(shop.business, booking.appointment, start=epoch_minute(to), by=ANNA, now=clock.now())


def status_when_due(frozen: Any, row: Notification) -> str:
    frozen.move_to(row.send_at)
    found = claim(row.id, clock.now(), "daybook.example")
    assert found is not None
    return found.status


def test_a_reminder_is_a_row_for_the_day_before(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    booking = a_booking(shop, FRIDAY)
    [row] = around(shop)
    assert (row.send_at, row.expires_at) == (FRIDAY - timedelta(days=1), FRIDAY)
    assert row.dedupe_key == f"b{shop.business.id}:booking{booking.id}:s0:24h-before:email"
    assert (row.recipient, row.customer_id) == ("olivia@example.com", booking.customer_id)


def test_moved_from_friday_to_monday_there_is_none_on_thursday_and_one_on_sunday(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    booking = a_booking(shop, FRIDAY)
    [thursday] = around(shop)
    frozen.move_to(berlin("2027-03-03 12:00"))
    moved(shop, booking, NEXT_MONDAY)
    assert planned(shop) == [berlin("2027-03-07 10:00")]
    assert [(it.id, str(it.last_error)) for it in around(shop, "cancelled")] == [
        (thursday.id, "The booking or the reminders were changed.")
    ]


def test_a_reminder_whose_row_nobody_called_off_is_stopped_at_its_claim(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    booking = a_booking(shop, FRIDAY)
    [thursday] = around(shop)
    moved(shop, booking, NEXT_MONDAY)
    thursday.status = "pending"
    db.session.flush()
    assert status_when_due(frozen, thursday) == "cancelled"


def test_cancelled_there_is_none_and_undone_there_is_one(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    booking = a_booking(shop, FRIDAY)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert planned(shop) == []
    undo(shop.business, booking, by=ANNA, now=clock.now())
    assert planned(shop) == [FRIDAY - timedelta(days=1)]


def test_a_member_of_a_class_who_moves_away_and_back_gets_exactly_one(app: Flask, frozen) -> None:
    shop = a_reminding_shop(capacity=8, minutes=60, price_cents=None, advance_days=20)
    dates = a_timetable(shop).dates
    booking = a_booking(shop, dates[1].starts_at)
    for to in (dates[2], dates[1]):
        move_place(shop.business, booking, date_id=to.id, by=ANNA, now=clock.now())
    assert planned(shop) == [dates[1].starts_at - timedelta(days=1)]
    [row] = around(shop, "pending")
    assert status_when_due(frozen, row) == "claimed"


def test_booked_too_late_for_it_there_is_none(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    a_booking(shop, clock.now() + timedelta(hours=2))
    assert around(shop) == []


def test_a_late_one_is_sent_until_the_visit_begins(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    a_booking(shop, FRIDAY)
    [row] = around(shop)
    frozen.move_to(FRIDAY - timedelta(minutes=1))
    late = claim(row.id, clock.now(), "daybook.example")
    assert late
    assert late.status == "claimed"
    late.status, late.claim_token, late.claimed_until = "pending", None, None
    db.session.flush()
    frozen.move_to(FRIDAY)
    over = claim(row.id, clock.now(), "daybook.example")
    assert over
    assert (over.status, over.last_error) == ("expired", "It was too late to be of use.")


def test_one_that_is_late_already_survives_a_change_of_the_length(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    booking = a_booking(shop, FRIDAY)
    frozen.move_to(FRIDAY - timedelta(hours=20))
    end = epoch_minute(FRIDAY) + 45
    move(shop.business, booking.appointment, end=end, by=ANNA, now=clock.now())
    [row] = around(shop, "pending")
    assert (row.subject_seq, row.send_at) == (1, FRIDAY - timedelta(days=1))


def test_a_quiet_booking_is_reminded_of_too(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    decision = Decision(Contact("Olivia Park", "olivia@example.com"), "book.example", tell=False)
    book(shop.business, a_wish(shop, FRIDAY), decision, by=ANNA, now=clock.now())
    assert [it.kind for it in messages_of(shop.business.id)] == ["booking_reminder"]


def test_a_request_is_reminded_of_once_it_is_accepted(app: Flask, frozen) -> None:
    shop = a_reminding_shop(approval=True)
    yes, no = a_booking(shop, FRIDAY), a_booking(shop, NEXT_MONDAY)
    assert around(shop) == []
    accept(shop.business, yes, by=ANNA, now=clock.now())
    decline(shop.business, no, by=ANNA, now=clock.now())
    assert planned(shop) == [FRIDAY - timedelta(days=1)]


def test_each_visit_of_a_series_has_its_own(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    wishes = [a_wish(shop, FRIDAY + timedelta(days=7 * week)) for week in range(3)]
    decision = Decision(Contact("Olivia Park", "olivia@example.com"), "book.example")
    book_series(shop.business, wishes, decision, by=ANNA, now=clock.now())
    assert planned(shop) == [FRIDAY + timedelta(days=7 * week - 1) for week in range(3)]


def test_everybody_in_a_class_follows_its_date(app: Flask, frozen) -> None:
    shop = a_reminding_shop(capacity=8, minutes=60, price_cents=None, advance_days=20)
    date = a_timetable(shop).dates[1]
    for name in ("olivia", "sam"):
        a_booking(shop, date.starts_at, f"{name}@example.com")
    later = date.starts_at + timedelta(hours=1)
    move(shop.business, date, start=epoch_minute(later), by=ANNA, now=clock.now())
    assert planned(shop) == [later - timedelta(days=1)] * 2
    cancel_date(shop.business, date, by=ANNA, now=clock.now())
    assert planned(shop) == []


def test_a_text_message_needs_a_phone_and_a_mail_an_address(app: Flask, frozen) -> None:
    shop = a_reminding_shop(Rule(channel="sms"), Rule(amount=2))
    mail_only = Decision(Contact("Olivia Park", "olivia@example.com"), "book.example")
    phone_only = Decision(Contact("Walter", None, "+49305550199"), "book.example")
    book(shop.business, a_wish(shop, FRIDAY), mail_only, by=ANNA, now=clock.now())
    book(shop.business, a_wish(shop, NEXT_MONDAY), phone_only, by=ANNA, now=clock.now())
    assert [(it.channel, it.recipient) for it in around(shop)] == [
        ("email", "olivia@example.com"),
        ("sms", "+49305550199"),
    ]


def test_who_has_only_a_phone_is_told_by_text_where_the_business_sends_them(app: Flask, frozen) -> None:
    shop = a_shop()
    phone_only = Decision(Contact("Walter", None, "+49305550199"), "book.example")
    book(shop.business, a_wish(shop, FRIDAY), phone_only, by=ANNA, now=clock.now())
    assert messages_of(shop.business.id) == []
    db.session.add(MessageSettings(business_id=shop.business.id, sms_limit=100))
    book(shop.business, a_wish(shop, NEXT_MONDAY), phone_only, by=ANNA, now=clock.now())
    assert [(it.kind, it.channel, it.recipient) for it in messages_of(shop.business.id)] == [
        ("booking_confirmed", "sms", "+49305550199")
    ]


def test_who_wants_none_gets_none_when_planned_and_when_sent(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    booking = a_booking(shop, FRIDAY)
    [row] = around(shop)
    customer = db.session.get_one(Customer, (shop.business.id, booking.customer_id))
    set_wanted(customer, "reminder", "email", False, by=VISITOR, now=clock.now())
    a_booking(shop, NEXT_MONDAY)
    assert len(around(shop)) == 1
    assert status_when_due(frozen, row) == "cancelled"
    assert db.session.get_one(Notification, row.id).last_error == "The customer does not want such messages."


def test_who_wants_none_from_anybody_gets_none(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    booking = a_booking(shop, FRIDAY)
    customer = db.session.get_one(Customer, (shop.business.id, booking.customer_id))
    customer.user_id = a_user(unwanted=["reminder:email"]).id
    [row] = around(shop)
    assert status_when_due(frozen, row) == "cancelled"


def test_a_follow_up_is_for_who_came(app: Flask, frozen) -> None:
    shop = a_reminding_shop(PRESETS["thanks"])
    came, stayed_away = (
        a_booking(shop, FRIDAY),
        a_booking(shop, FRIDAY + timedelta(hours=2), "sam@example.com"),
    )
    first, second = around(shop)
    assert (first.kind, first.send_at) == ("booking_follow_up", berlin("2027-03-06 10:00"))
    assert first.expires_at == first.send_at + timedelta(days=3)
    frozen.move_to(FRIDAY + timedelta(hours=4))
    mark_no_show(shop.business, stayed_away, by=ANNA, now=clock.now())
    assert status_when_due(frozen, second) == "cancelled"
    assert status_when_due(frozen, first) == "claimed"
    assert came.status == "confirmed"


def test_a_visit_of_two_services_has_one_reminder(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    first = a_booking(shop, FRIDAY)
    second = a_booking(shop, FRIDAY + timedelta(hours=1))
    second.visit = first.visit
    db.session.flush()
    cancel(shop.business, second, by=ANNA, now=clock.now())
    undo(shop.business, second, by=ANNA, now=clock.now())
    assert len(bookings_of_visit(shop.business.id, first.visit)) == 2
    assert [it.subject_id for it in around(shop, "pending") if it.subject_id == first.id] == [first.id]


def test_new_rules_count_for_those_who_have_booked_already(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    a_booking(shop, FRIDAY)
    [rule] = db.session.query(ReminderRule).filter_by(business_id=shop.business.id)
    change_rule(rule, PRESETS["evening"], by=ANNA, now=clock.now())
    for _ in range(2):
        replan_reminders(shop.business.id)
    assert planned(shop) == [berlin("2027-03-04 18:00")]
    add_rule(shop.business, PRESETS["soon"], by=ANNA, now=clock.now())
    assert replan_changed_reminders() > 0
    assert planned(shop) == [berlin("2027-03-04 18:00"), berlin("2027-03-05 08:00")]
    assert visits_ahead(shop.business.id, clock.now()) == 1


def test_a_rule_that_is_gone_reminds_nobody_even_before_its_rows_are_called_off(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    a_booking(shop, FRIDAY)
    [row] = around(shop)
    [rule] = db.session.query(ReminderRule).filter_by(business_id=shop.business.id)
    remove_rule(rule, by=ANNA, now=clock.now())
    assert status_when_due(frozen, row) == "cancelled"


def test_two_rules_never_mean_the_same(app: Flask, frozen) -> None:
    shop = a_reminding_shop()
    with pytest.raises(SameAlready):
        add_rule(shop.business, PRESETS["day"], by=ANNA, now=clock.now())
    add_rule(shop.business, Rule(channel="sms"), by=ANNA, now=clock.now())
