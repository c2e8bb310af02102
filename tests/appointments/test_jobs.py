from types import SimpleNamespace

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError

from app.appointments import jobs
from app.appointments.confirming import confirm
from app.appointments.jobs import expire_holds, forget_unfinished
from app.appointments.models import Appointment, Booking, Hold
from app.audit.models import AuditEvent
from app.businesses.locking import lock_schedule
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.core.idempotency import IdempotencyKey
from app.customers.meeting import Contact
from app.schedule.models import Allocation
from app.schedule.wall_clock import epoch_minute
from tests.factories import a_booking, a_hold, a_shop, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
TEN = berlin("2027-03-02 10:00")
DAY = 86_400


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_clock_gives_back_what_nobody_finished_at_every_business(frozen):
    shops = [a_shop(), a_shop()]
    for shop in shops:
        a_hold(shop, TEN)
    kept = a_booking(shops[0], berlin("2027-03-02 12:00"))
    frozen.shift(601)
    late = a_hold(shops[1], berlin("2027-03-02 15:00"))
    assert expire_holds() == 1
    assert count(Hold) == 1
    assert (kept.status, late.status) == ("confirmed", "held")
    assert db.session.scalar(select(func.count()).select_from(Allocation).filter_by(live=True)) == 2


def test_a_business_whose_lock_is_kept_does_not_stop_those_after_it(frozen, monkeypatch):
    stuck, next_one = a_shop(), a_shop()
    held = [a_hold(shop, TEN) for shop in (stuck, next_one)]
    frozen.shift(601)
    db.session.commit()

    def lock(business_id, state="55P03"):
        if business_id == stuck.business.id:
            raise OperationalError("SELECT … FOR UPDATE", {}, SimpleNamespace(pgcode=state))
        return lock_schedule(business_id)

    monkeypatch.setattr(jobs, "lock_schedule", lock)
    assert expire_holds() == 1
    assert [booking.status for booking in held] == ["held", "expired"]
    monkeypatch.setattr(jobs, "lock_schedule", lambda business_id: lock(business_id, "08006"))
    with pytest.raises(OperationalError):
        expire_holds()


def test_expiring_twice_changes_nothing(frozen):
    a_hold(a_shop(), TEN)
    frozen.shift(601)
    assert (expire_holds(), expire_holds()) == (1, 0)


def test_what_was_never_finished_is_forgotten_after_a_week_and_bookings_never_are(frozen):
    shop = a_shop()
    a_hold(shop, TEN)
    booked = a_booking(shop, berlin("2027-03-02 12:00"))
    frozen.shift(6 * DAY)
    expire_holds()
    assert forget_unfinished() == 0
    frozen.shift(2 * DAY)
    assert forget_unfinished() == 1
    assert db.session.scalars(select(Booking.id)).all() == [booked.id]
    assert db.session.scalars(select(Appointment.id)).all() == [booked.appointment_id]
    assert count(Allocation) == 1
    of_bookings = db.session.scalars(select(AuditEvent).filter_by(subject_kind="booking"))
    assert {event.subject_id for event in of_bookings} == {booked.id}


def test_a_time_taken_again_leaves_no_empty_appointment_behind(frozen):
    shop = a_shop()
    booking = a_hold(shop, TEN)
    frozen.shift(601)
    expire_holds()
    confirm(
        shop.business,
        booking,
        Contact("Olivia", "o@example.com"),
        by=VISITOR,
        now=clock.now(),
        host="b.example",
    )
    db.session.commit()
    assert db.session.scalars(select(Appointment.id)).all() == [booking.appointment_id]


def test_a_booking_taken_up_again_while_the_old_ones_are_forgotten_stays(frozen, monkeypatch):
    shop = a_shop()
    booking = a_hold(shop, TEN)
    frozen.shift(8 * DAY)
    expire_holds()

    def taken_up_just_before(table):
        if booking.status == "expired":
            start = epoch_minute(berlin("2027-03-10 10:00"))
            who = Contact("Olivia", "o@example.com")
            confirm(shop.business, booking, who, by=VISITOR, now=clock.now(), host="b.example", start=start)
            db.session.flush()
        return delete(table)

    monkeypatch.setattr(jobs, "delete", taken_up_just_before)
    forget_unfinished()
    assert db.session.scalars(select(Booking.status)).all() == ["confirmed"]


def test_however_many_were_left_none_stays(frozen, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    shop = a_shop()
    for hour in range(9, 14):
        a_hold(shop, berlin(f"2027-03-02 {hour:02}:00"))
    frozen.shift(8 * DAY)
    expire_holds()
    assert forget_unfinished() == 5
    assert (count(Booking), count(Appointment), count(Allocation)) == (0, 0, 0)


def test_idempotency_keys_are_kept_for_two_days(frozen):
    a_hold(a_shop(), TEN)
    frozen.shift(2 * DAY - 60)
    forget_unfinished()
    assert count(IdempotencyKey) == 1
    frozen.shift(120)
    forget_unfinished()
    assert count(IdempotencyKey) == 0
