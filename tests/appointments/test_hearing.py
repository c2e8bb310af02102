"""What the customer of a visit was sent."""

import uuid

import pytest
from sqlalchemy import select

from app.appointments.hearing import last_heard
from app.core import clock
from app.core.db import db
from app.notifications.models import Notification
from tests.appointments.visiting import a_part
from tests.factories import a_booking, a_membership, a_shop, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN = berlin("2027-03-04 10:00")


@pytest.fixture
def shop(app):
    return a_shop()


def a_mail(booking, **more):
    columns = {
        "business_id": booking.business_id,
        "subject_kind": "booking",
        "subject_id": booking.id,
        "dedupe_key": uuid.uuid4().hex,
        "kind": "booking_confirmed",
        "recipient": "olivia@example.com",
        "language": "en-GB",
        "send_at": clock.now(),
    }
    row = Notification(**(columns | more))
    db.session.add(row)
    db.session.flush()
    return row


def test_whoever_just_booked_is_being_sent_the_confirmation(shop):
    a_membership(shop.business)
    booking = a_booking(shop, TEN)
    heard = last_heard([booking])
    assert (heard.kind, heard.recipient, heard.state) == (
        "booking_confirmed",
        "olivia@example.com",
        "planned",
    )
    assert len(db.session.scalars(select(Notification.id)).all()) == 2


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("sent", "sent"),
        ("delivered", "sent"),
        ("unknown", "sent"),
        ("failed", "failed"),
        ("pending", "planned"),
    ],
)
def test_it_is_told_by_what_became_of_the_mail(shop, status, state):
    booking = a_part(shop, TEN)
    a_mail(booking, status=status, sent_at=clock.now())
    assert last_heard([booking]).state == state


@pytest.mark.parametrize(
    "more",
    [
        {"status": "cancelled"},
        {"status": "expired"},
        {"kind": "booking_reminder"},
        {"subject_kind": "offer"},
        {"channel": "sms"},
        {"subject_id": 999999},
    ],
)
def test_what_was_not_sent_or_is_about_something_else_is_not_told(shop, more):
    booking = a_part(shop, TEN)
    a_mail(booking, **more)
    assert last_heard([booking]) is None


def test_the_last_one_counts_whatever_part_it_names(shop):
    visit = uuid.uuid4()
    parts = [a_part(shop, TEN, visit), a_part(shop, TEN, visit)]
    a_mail(parts[0], status="sent", sent_at=clock.now())
    a_mail(parts[1], kind="booking_moved")
    assert last_heard(parts).kind == "booking_moved"


def test_one_mail_for_a_series_is_about_each_of_its_visits(shop):
    series = uuid.uuid4()
    first, second = (a_part(shop, TEN, series=series) for _ in range(2))
    a_mail(first, subject_kind="series")
    assert last_heard([second]).kind == "booking_confirmed"
    assert last_heard([a_part(shop, TEN)]) is None
