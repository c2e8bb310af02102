from datetime import time, timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.businesses.window import NoticeBeyondWindow
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.schedule.serving import Server
from app.services.offering import bookable_services, change_service
from tests.factories import (
    a_booking,
    a_business,
    a_shop,
    add_need,
    add_resource,
    add_service,
    berlin,
    hire,
    rules_version,
    set_week,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")


def test_only_visits_and_classes_that_can_be_booked_are_offered():
    business = a_business()
    kept = add_service(business.id, "Haircut", minutes=30, price_cents=4500)
    yoga = add_service(business.id, "Yoga class", minutes=60, price_cents=1500, capacity=8)
    add_service(business.id, "Room by the hour", minutes=None, price_cents=1500, unit="hour")
    night = {"arrival": time(15), "departure": time(11)}
    add_service(business.id, "Flat", minutes=None, price_cents=9000, unit="night", **night)
    add_service(business.id, "Once offered", minutes=30, price_cents=1, active=False)
    add_service(business.id, "By phone only", minutes=30, price_cents=1, bookable=False)
    assert bookable_services(business.id) == [kept, yoga]


def test_every_edit_of_the_rules_raises_their_version_and_is_written_down():
    business = a_business()
    service = add_service(business.id, "Haircut", minutes=30, price_cents=4500)
    person = hire(business.id, "Maya")
    room = add_resource(business.id, "space", "Chair")
    add_need(business.id, service.id, [Server(person.resource_id)])
    add_need(business.id, service.id, [Server(room.id)], kind="space")
    set_week(business.id, {0: [(540, 1080)]})
    set_week(business.id, {0: [(540, 720)], 1: [(540, 720)]})
    assert rules_version(business.id) == 7
    of_business = select(AuditEvent).filter_by(business_id=business.id)
    events = db.session.scalars(of_business.order_by(AuditEvent.id)).all()
    assert [event.action for event in events] == [
        "business.founded",
        "service.added",
        "resource.added",
        "resource.added",
        "service.need_added",
        "service.need_added",
        "hours.changed",
        "hours.changed",
    ]
    assert events[-1].changes == {"weekly_hours": [[[0, 540, 1080]], [[0, 540, 720], [1, 540, 720]]]}
    assert events[1].changes["price_cents"] == [None, 4500]


def changed(service, **columns):
    change_service(service, by=SYSTEM, now=clock.now(), **columns)


def test_a_changed_service_leaves_what_is_booked_as_it_was_and_is_booked_anew_as_it_is():
    shop = a_shop()
    booked = [a_booking(shop, berlin(f"2027-03-02 {hour}:00")) for hour in range(10, 15)]
    version = rules_version(shop.business.id)
    changed(shop.service, minutes=45, price_cents=6000, after_min=10)
    later = a_booking(shop, berlin("2027-03-02 15:30"))
    assert {(it.minutes, it.total_cents) for it in booked} == {(30, 4500)}
    assert {it.appointment.ends_at - it.appointment.starts_at for it in booked} == {timedelta(minutes=30)}
    assert (later.minutes, later.total_cents, later.after_min) == (45, 6000, 10)
    assert rules_version(shop.business.id) == version + 1
    event = db.session.scalars(select(AuditEvent).filter_by(action="service.changed")).one()
    assert event.changes == {"minutes": [30, 45], "price_cents": [4500, 6000], "after_min": [0, 10]}


def test_saving_a_service_as_it_is_writes_nothing_down():
    shop = a_shop()
    changed(shop.service, minutes=30)
    assert db.session.scalar(select(AuditEvent.id).filter_by(action="service.changed")) is None


def test_a_service_cannot_ask_for_more_notice_than_its_window_has():
    shop = a_shop()
    with pytest.raises(NoticeBeyondWindow):
        changed(shop.service, advance_days=2, notice_amount=3, notice_unit="days")
    changed(shop.service, advance_days=3, notice_amount=3, notice_unit="days")


def test_a_refused_change_leaves_the_service_as_it_was():
    shop = a_shop()
    with pytest.raises(NoticeBeyondWindow):
        changed(shop.service, name="Cut", advance_days=2, notice_amount=3, notice_unit="days")
    db.session.flush()
    db.session.refresh(shop.service)
    assert (shop.service.name, shop.service.advance_days) == ("Haircut", None)


def test_a_new_service_cannot_ask_for_more_notice_than_there_is_window():
    window = {"advance_days": 10, "notice_amount": 90, "notice_unit": "days"}
    with pytest.raises(NoticeBeyondWindow):
        add_service(a_business().id, "Wedding", minutes=60, price_cents=1, **window)


def test_the_places_of_a_class_are_not_changed_by_the_way():
    shop = a_shop(capacity=4)
    with pytest.raises(ValueError, match="places"):
        changed(shop.service, capacity=2)
