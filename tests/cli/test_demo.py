"""The demo: made by the acts, lively in every corner, never twice and never where it does not belong."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
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
from app.notifications.models import Notification
from app.payments.models import Coupon, Invoice, Payment, Refund
from app.schedule.models import ServiceNeedStretch
from app.services.models import Service
from app.waitlist.models import WaitlistEntry, WaitlistOffer
from tests.conftest import NOW
from tests.factories import a_business

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


def test_the_bar_is_open_past_midnight_and_somebody_asks_for_the_games_room(days: Any) -> None:
    days(9, 12)
    bar = make_bar(NOW)
    bookings = bookings_of(bar)
    assert any(it.local_start.hour < 3 for it in bookings)
    assert {"web", "staff", "walk_in"} == {it.source for it in bookings}
    assert [it.service_name for it in bookings if it.status == "requested"] == ["Games room for a party"]
    assert_told_as_it_happened(bar)


@pytest.mark.parametrize("make", [make_salon, make_studio, make_bar], ids=["salon", "studio", "bar"])
def test_somebody_waits_somebody_has_an_offer_and_somebody_wants_to_come_earlier(
    days: Any, make: Callable[[Any], Business]
) -> None:
    days(3, 14)
    business = make(NOW)
    entries = db.session.scalars(select(WaitlistEntry).filter_by(business_id=business.id)).all()
    assert {it.status for it in entries} == {"waiting", "offered"}
    assert sum(it.booking_id is not None for it in entries) == 1
    open_ = count(WaitlistOffer, business_id=business.id, status="open")
    assert open_ == len([it for it in entries if it.status == "offered"])
    offers = db.session.scalars(select(WaitlistOffer).filter_by(business_id=business.id, status="open"))
    assert all(it.expires_at > NOW for it in offers)
    assert all(it.contact_email.endswith("@example.com") for it in entries if it.contact_email)


def test_the_story_is_the_same_each_time_it_is_told(days: Any) -> None:
    days(2, 2)
    told = []
    for _ in range(2):
        savepoint = db.session.begin_nested()
        bar = make_bar(NOW)
        told.append([(it.local_start, it.contact_email, it.status) for it in bookings_of(bar)])
        savepoint.rollback()
        db.session.expunge_all()
    assert told[0] == told[1]
    assert told[0]


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
