from datetime import time

import pytest
from sqlalchemy import select

from app.audit.models import AuditEvent
from app.businesses.locking import rules_version
from app.core.db import db
from app.schedule.serving import Server
from app.services.offering import bookable_services
from tests.factories import a_business, add_need, add_resource, add_service, hire, set_week

pytestmark = pytest.mark.usefixtures("app", "frozen")


def test_only_visits_that_can_be_booked_are_offered():
    business = a_business()
    kept = add_service(business.id, "Haircut", minutes=30, price_cents=4500)
    add_service(business.id, "Yoga class", minutes=60, price_cents=1500, capacity=8)
    add_service(business.id, "Room by the hour", minutes=None, price_cents=1500, unit="hour")
    night = {"arrival": time(15), "departure": time(11)}
    add_service(business.id, "Flat", minutes=None, price_cents=9000, unit="night", **night)
    add_service(business.id, "Once offered", minutes=30, price_cents=1, active=False)
    add_service(business.id, "By phone only", minutes=30, price_cents=1, bookable=False)
    assert bookable_services(business.id) == [kept]


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
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
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
