"""The demo: made by the acts, lively in every corner, never twice and never where it does not belong."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.appointments.models import KEEPS_TIME, Appointment, Booking
from app.audit.models import AuditEvent
from app.business_hours.models import SpecialDay, TimeOff, WeeklyHours
from app.businesses.finding import find_business
from app.businesses.models import Business
from app.cli.demo import EXAMPLES, make_bar, make_salon, make_studio, pictures, salon_desk, silence, story
from app.cli.demo.founding import PASSWORD
from app.cli.demo.guests import FICTIONAL
from app.core.db import db
from app.core.pictures import NotAPicture
from app.customers.models import Customer, CustomerNote
from app.media import picture
from app.moderation.models import Report
from app.notifications.models import Notification
from app.orders.models import ON_THE_BOARD, Order
from app.payments.models import Coupon, Invoice, Payment, Refund
from app.reviews.models import Review
from app.reviews.ratings import recount
from app.schedule.models import ServiceNeedStretch
from app.services.models import Service, ServiceItem
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from tests.conftest import NOW
from tests.factories import a_business

BUSY = datetime.fromisoformat("2027-03-06T22:00:00+00:00")  # A Saturday; 23:00 in Madrid.
# Two that take the same time of somebody without having been squeezed in.
_DOUBLE = """
    SELECT count(*) FROM allocations one JOIN allocations other
        ON one.resource_id = other.resource_id AND one.id < other.id
       AND tstzrange(one.starts_at, one.ends_at) && tstzrange(other.starts_at, other.ends_at)
     WHERE one.live AND other.live AND NOT one.overlap_ok AND NOT other.overlap_ok
"""


@pytest.fixture
def days(
    monkeypatch: pytest.MonkeyPatch, frozen: object, app: Flask, tmp_path: Path
) -> Callable[[int, int], None]:
    """Let the story be shorter: so many days back and ahead. Pictures go to a folder of the test's own."""
    monkeypatch.setitem(app.config, "DAYBOOK_DATA", tmp_path)

    def tell(back: int, ahead: int) -> None:
        monkeypatch.setattr(story, "DAYS_BACK", back)
        monkeypatch.setattr(story, "DAYS_AHEAD", ahead)

    return tell


def run(app: Flask) -> Result:
    """`flask demo ensure`, in the test's own transaction."""
    from app.cli.demo import ensure

    return app.test_cli_runner().invoke(ensure, obj=None, catch_exceptions=False)


def count(model: Any, **of: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).filter_by(**of)) or 0


def bookings_of(business: Business) -> list[Booking]:
    return list(db.session.scalars(select(Booking).filter_by(business_id=business.id).order_by(Booking.id)))


def events_of(business: Business) -> Counter[str]:
    events = select(AuditEvent.action).filter_by(business_id=business.id)
    return Counter(db.session.scalars(events))


def test_an_empty_installation_gets_three_businesses_and_says_how_to_sign_in(
    app: Flask, days: Any, client: FlaskClient
) -> None:
    days(1, 1)
    said = run(app).output
    for example in EXAMPLES:
        assert f"/b/{example.slug}/" in said
        assert all(email in said for email, _, _ in example.members)
        assert client.get(f"/b/{example.slug}/").status_code == 200
        assert client.get(f"/b/{example.slug}/book").status_code == 200
        business = find_business(example.slug)
        assert business
        assert {client.get(picture(it)).status_code for it in (business.cover, business.logo) if it} == {200}
        items = db.session.scalars(select(ServiceItem).filter_by(business_id=business.id)).all()
        assert {client.get(picture(it.picture or "none")).status_code for it in items} <= {200}
        assert (client.get(f"/b/{example.slug}/order").status_code == 200) == bool(items)
    assert PASSWORD in said
    page = client.get("/b/linden-studio/").text
    assert all(words in page for words in ("Beard and scalp", "Dogs are welcome", "Imprint"))


def test_a_second_start_changes_nothing_and_a_missing_business_is_made(app: Flask, days: Any) -> None:
    days(0, 0)
    EXAMPLES[0].make(NOW)
    before = count(Booking)
    run(app)
    found = [find_business(it.slug) for it in EXAMPLES]
    assert all(found)
    assert count(Booking, business_id=found[0].id) == before  # type: ignore[union-attr]
    everything = count(Booking), count(AuditEvent)
    run(app)
    assert (count(Booking), count(AuditEvent)) == everything


def test_an_installation_in_use_gets_no_demo(app: Flask, frozen: object) -> None:
    a_business()
    assert "linden-studio" not in run(app).output
    assert count(Business) == 1


def test_production_gets_no_demo_with_a_password_everybody_knows(
    app: Flask, frozen: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "DAYBOOK_ENV", "production")
    assert run(app).output == ""
    assert count(Business) == 0


def test_the_salon_has_everything_a_salon_has(days: Any) -> None:
    days(12, 14)
    salon = make_salon(NOW)
    bookings = bookings_of(salon)
    statuses = Counter(it.status for it in bookings)
    assert statuses.keys() >= {
        "requested",
        "confirmed",
        "completed",
        "no_show",
        "cancelled",
        "declined",
        "held",
    }
    assert statuses["requested"] == 3
    assert statuses["completed"] > 80
    assert any(it.cancel_reason for it in bookings)
    assert any(it.arrived_at for it in bookings if it.status == "confirmed" and it.live)
    assert any(it.note for it in bookings)
    assert any(it.member_note for it in bookings)
    assert any(it.answers for it in bookings)
    assert any(it.guest_name for it in bookings)
    visits = Counter(it.visit for it in bookings)
    assert max(visits.values()) > 1
    assert len({it.appointment_id for it in bookings if it.series}) == 5
    assert {it.source for it in bookings} == {"web", "staff"}
    assert events_of(salon)["appointment.moved"] > 3
    assert db.session.scalar(text("SELECT count(*) FROM allocations WHERE live AND overlap_ok")) == 2
    assert count(ServiceNeedStretch) == 4
    assert count(TimeOff, business_id=salon.id) >= 4
    assert count(SpecialDay, business_id=salon.id) == 1
    assert_the_desk_is_kept(salon)
    assert_told_as_it_happened(salon)
    assert_thins_out(bookings)
    assert_money_moved(salon)
    assert_sells(salon)
    assert_is_reviewed(salon)
    assert_somebody_waits(salon)


def assert_sells(business: Business) -> None:
    """Something in each column of the board, and of each way an order can end."""
    orders = db.session.scalars(select(Order).filter_by(business_id=business.id).order_by(Order.id)).all()
    assert {it.status for it in orders} == {
        "placed",
        "accepted",
        "preparing",
        "ready",
        "fulfilled",
        "declined",
        "cancelled",
    }
    assert [it.number for it in orders] == list(range(1, len(orders) + 1))
    assert all(it.placed_at <= NOW for it in orders)
    assert all(it.reason for it in orders if it.status == "declined")
    assert any(it.status in ("accepted", "preparing") and it.due_at < NOW for it in orders), "one is late"
    assert any(it.status == "placed" and it.due_at > NOW + timedelta(hours=20) for it in orders)
    assert {it.way for it in orders} == {"pickup", "delivery"}
    invoices = db.session.scalars(select(Invoice).filter_by(business_id=business.id, subject_kind="order"))
    bills = {it.subject_uid: it for it in invoices}
    paid = [bills[it.uid] for it in orders if it.status == "fulfilled"]
    assert all(it.number for it in paid)
    assert sum(not it.open_cents for it in paid) > 5
    items = db.session.scalars(select(ServiceItem).filter_by(business_id=business.id)).all()
    assert any(it.sold_out for it in items)
    assert any(it.stock for it in items)


def assert_is_reviewed(business: Business) -> None:
    """Good ones and bad ones, answers, one that is held and one that was reported; their sum is right."""
    reviews = db.session.scalars(select(Review).filter_by(business_id=business.id)).all()
    assert [it.held_for for it in reviews if it.status == "held"] == ["links"]
    assert {it.stars for it in reviews} >= {1, 3, 4, 5}
    assert any(it.reply for it in reviews)
    assert any(it.order_id for it in reviews)
    assert any(it.person_stars for it in reviews)
    assert not any("{" in it.words or "None" in it.words for it in reviews if it.words)
    said = Counter(it.words for it in reviews if it.words)
    assert set(said.values()) == {1}
    assert all(it.created_at <= NOW for it in reviews)
    assert count(Report, business_id=business.id, status="open") == 1
    assert recount(business.id) == {}


def assert_the_desk_is_kept(salon: Business) -> None:
    """Something to see on each of the pages of an owner."""
    customers = list(db.session.scalars(select(Customer).filter_by(business_id=salon.id)))
    tags = Counter(tag for it in customers for tag in it.tags)
    assert tags.keys() == {"Regular", "VIP", "Sends friends", "Pensioner", "Colour"}
    assert tags["Regular"] == 12
    assert [it.blocked_reason for it in customers if it.blocked] == [salon_desk.MISSED_TOO_OFTEN]
    assert count(CustomerNote, business_id=salon.id) == 4
    assert count(WeeklyHours, business_id=salon.id, rota_of=2, rota_week=1) > 0
    closed = select(TimeOff).filter_by(business_id=salon.id, resource_id=None, reason="Our holidays")
    holidays = db.session.scalars(closed).one()
    assert holidays.first_on
    assert holidays.first_on > NOW.date()
    booked = select(func.max(Booking.local_start)).filter_by(business_id=salon.id)
    assert db.session.scalars(booked).one().date() < holidays.first_on


def test_the_studio_has_full_classes_a_stand_in_and_one_that_is_cancelled(days: Any) -> None:
    days(8, 12)
    studio = make_studio(NOW)
    dates = db.session.scalars(select(Appointment).filter_by(business_id=studio.id, scheduled=True)).all()
    classes = [it for it in dates if it.is_class]
    assert {it.capacity for it in classes} == {12}
    assert any(it.places_taken == 12 for it in classes)
    assert any(it.places_taken < 12 for it in classes)
    assert events_of(studio)["class_date.cancelled"] == 1
    assert events_of(studio)["appointment.moved"] >= 1
    stood_in = select(Booking.performer_name).filter_by(business_id=studio.id, service_name="Vinyasa")
    assert set(db.session.scalars(stood_in)) >= {"Jiwoo"}
    assert_told_as_it_happened(studio)
    assert_somebody_waits(studio)


def test_the_bar_is_open_past_midnight_and_somebody_asks_for_the_games_room(days: Any) -> None:
    days(9, 12)
    bar = make_bar(NOW)
    bookings = bookings_of(bar)
    assert any(it.local_start.hour < 3 for it in bookings)
    assert {"web", "staff", "walk_in"} == {it.source for it in bookings}
    assert [it.service_name for it in bookings if it.status == "requested"] == ["Games room for a party"]
    assert_told_as_it_happened(bar)
    orders = db.session.scalars(select(Order).filter_by(business_id=bar.id)).all()
    assert {it.way for it in orders} == {"table", "pickup"}
    assert sum(it.status == "fulfilled" for it in orders) > 6
    assert count(Review, business_id=bar.id) > 5
    assert_somebody_waits(bar)


def assert_somebody_waits(business: Business) -> None:
    """Somebody has an offer, and somebody wants to come earlier."""
    entries = db.session.scalars(select(WaitlistEntry).filter_by(business_id=business.id)).all()
    assert {it.status for it in entries} == {"waiting", "offered"}
    assert sum(it.booking_id is not None for it in entries) == 1
    open_ = count(WaitlistOffer, business_id=business.id, status="open")
    assert open_ == len([it for it in entries if it.status == "offered"])
    offers = db.session.scalars(select(WaitlistOffer).filter_by(business_id=business.id, status="open"))
    assert all(it.expires_at > NOW for it in offers)
    assert all(it.contact_email.endswith("@example.com") for it in entries if it.contact_email)


def test_the_story_is_the_same_each_time_it_is_told(days: Any) -> None:
    """On a Saturday night, so that something is ordered at the tables right now."""
    days(2, 2)
    told = []
    for _ in range(2):
        savepoint = db.session.begin_nested()
        bar = make_bar(BUSY)
        rows = select(Order).filter_by(business_id=bar.id).order_by(Order.number)
        orders = [
            (it.status, it.way, it.contact_email, it.total_cents, it.due_at)
            for it in db.session.scalars(rows)
        ]
        said = select(Review).filter_by(business_id=bar.id).order_by(Review.id)
        reviews = [(it.name, it.stars, it.words, it.created_at) for it in db.session.scalars(said)]
        told.append(
            ([(it.local_start, it.contact_email, it.status) for it in bookings_of(bar)], orders, reviews)
        )
        savepoint.rollback()
        db.session.expunge_all()
    assert told[0] == told[1]
    assert all(told[0])
    assert {status for status, way, *_ in told[0][1] if way == "table"} >= set(ON_THE_BOARD)


def test_nobody_in_the_demo_is_written_to(app: Flask, days: Any) -> None:
    days(1, 0)
    salon = make_salon(NOW)
    row = {"subject_kind": "booking", "subject_id": 1, "kind": "booking_confirmed", "language": "en-GB"}
    for number, status in enumerate(("pending", "sent")):
        sent_at = NOW if status == "sent" else None
        db.session.add(
            Notification(
                business_id=salon.id,
                dedupe_key=f"one-{number}",
                recipient="olivia@example.com",
                send_at=NOW,
                status=status,
                sent_at=sent_at,
                **row,
            )
        )
    db.session.flush()
    assert silence.call_off(salon.id) >= 1
    db.session.expire_all()
    assert count(Notification, business_id=salon.id, status="pending") == 0
    assert count(Notification, business_id=salon.id, status="sent") == 1
    assert count(Notification, last_error=str(silence.REASON)) >= 1


def test_the_command_calls_off_what_was_planned(
    app: Flask, days: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    days(0, 0)
    called_off: list[int] = []
    monkeypatch.setattr("app.cli.demo.call_off", called_off.append)
    run(app)
    assert called_off == [find_business(it.slug).id for it in EXAMPLES]  # type: ignore[union-attr]


def assert_told_as_it_happened(business: Business) -> None:
    """Nothing is written about the future, nobody can be reached, and nobody has the same time twice."""
    bookings = bookings_of(business)
    assert all(it.created_at <= NOW for it in bookings)
    late = select(func.max(AuditEvent.at)).filter_by(business_id=business.id)
    assert db.session.scalar(late) <= NOW
    over = [it for it in bookings if it.live and it.appointment.ends_at <= NOW - timedelta(hours=1)]
    assert {it.status for it in over} <= {"completed", "no_show"}
    ahead = [it for it in bookings if it.live and it.appointment.starts_at > NOW]
    assert {it.status for it in ahead} <= {"confirmed", "requested", "held"}
    assert all(it.contact_email.endswith("@example.com") for it in bookings if it.contact_email)
    shapes = [re.sub(r"\{.*?\}", r"\\d+", shape).replace("+", r"\+", 1) for shape, _ in FICTIONAL.values()]
    assert all(re.fullmatch("|".join(shapes), it.contact_phone) for it in bookings if it.contact_phone)
    assert db.session.scalar(text(_DOUBLE)) == 0
    assert all(it.status in KEEPS_TIME for it in bookings if it.live)


def assert_money_moved(business: Business) -> None:
    """No page about money is empty."""
    of = {"business_id": business.id}
    invoices = db.session.scalars(select(Invoice).filter_by(kind="invoice", **of)).all()
    payments = db.session.scalars(select(Payment).filter_by(**of)).all()
    refunds = db.session.scalars(select(Refund).filter_by(**of)).all()
    assert {"cash", "card"} <= {it.method for it in payments}
    assert [it.status for it in payments if it.method == "stripe"] == ["needs_review"]
    assert sum(it.paid_cents == it.total_cents for it in invoices) > 50
    assert any(it.number and it.open_cents for it in invoices)
    assert {bool(it.reason) for it in refunds} == {True}
    assert all(it.created_at <= NOW for it in [*invoices, *payments, *refunds])
    assert db.session.scalars(select(Coupon).filter_by(**of)).one().uses > 0
    assert count(Service, prepay="deposit", **of) == 1


def assert_thins_out(bookings: list[Booking]) -> None:
    """The further away, the fewer are booked."""
    weeks = Counter((it.local_start.date() - NOW.date()).days // 7 for it in bookings if it.live)
    assert weeks[-1] > weeks[0] > weeks[1] > 0


def test_a_demo_without_pictures_is_a_demo(app: Flask, days: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_kind: str, _body: bytes) -> None:
        raise NotAPicture

    days(0, 0)
    monkeypatch.setattr(pictures, "draw_picture", refuse)
    run(app)
    assert [find_business(it.slug).cover for it in EXAMPLES] == [None] * 3  # type: ignore[union-attr]
