"""What a service takes, set in one go: only what differs is written, and nothing that goes by it is lost."""

from datetime import date

import pytest
from sqlalchemy import select

from app.appointments.class_times import take_off_timetable
from app.appointments.moving import move
from app.audit.models import AuditEvent
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.schedule.binding import OnTheTimetable
from app.schedule.grouping import NeedWish
from app.schedule.loading import load_facts
from app.schedule.models import Allocation, ClassTime, ResourceGroup, ResourceGroupMember, ServiceNeed
from app.schedule.needing import needs_of, set_needs
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from tests.appointments.looking import events
from tests.conftest import NOW
from tests.factories import (
    a_booking,
    a_shop,
    a_timetable,
    add_resource,
    add_service,
    berlin,
    hire,
    rooms_of,
    rules_version,
)
from tests.schedule.rows import TUESDAY, known

pytestmark = pytest.mark.usefixtures("app", "frozen")


def staff(*servers, stretches=()):
    rows = tuple(it if isinstance(it, Server) else Server(it) for it in servers)
    return NeedWish(1, "staff", rows, tuple(stretches))


def rooms(position, *ids):
    return NeedWish(position, "space", tuple(Server(it) for it in ids))


def put(shop, *needs, service=None):
    service_id = (service or shop.service).id
    set_needs(shop.business.id, service_id, needs, by=SYSTEM, now=clock.now())


def now_of(shop, service=None):
    service_id = (service or shop.service).id
    return needs_of(shop.business.id, [service_id])[service_id]


def test_the_needs_of_a_new_service_are_what_was_said():
    shop = a_shop(people=2)
    maya, tomas = (it.resource_id for it in shop.people)
    colour = add_service(shop.business.id, "Colour", minutes=90, price_cents=1)
    chairs = [add_resource(shop.business.id, "space", name).id for name in ("Chair 1", "Chair 2")]
    performers = staff(Server(tomas, 100, 9000), maya, stretches=[(60, 90), (0, 30)])
    put(shop, performers, rooms(2, *chairs), service=colour)
    assert now_of(shop, colour) == [
        NeedWish(1, "staff", (Server(maya), Server(tomas, 100, 9000)), ((0, 30), (60, 90))),
        rooms(2, *chairs),
    ]
    assert now_of(shop) == [staff(maya, tomas)]
    facts = load_facts(shop.business, colour.id, TUESDAY, TUESDAY, NOW)
    assert [it.kind for it in facts.service.needs] == ["staff", "space"]


def test_what_is_the_same_is_not_written_and_not_told():
    shop = a_shop(people=2)
    before = [row.id for row in db.session.scalars(select(ResourceGroup))]
    put(shop, *now_of(shop))
    assert events("service.needs_changed") == []
    put(shop, staff(shop.person.resource_id))
    assert [row.id for row in db.session.scalars(select(ResourceGroup))] == before
    [event] = events("service.needs_changed")
    was, becomes = event.changes["need_1"]
    assert [row[0] for row in was["servers"]] == [it.resource_id for it in shop.people]
    assert becomes == {"kind": "staff", "servers": [[shop.person.resource_id, None, None]], "stretches": []}


def test_every_edit_raises_the_version_first():
    shop = a_shop()
    before = rules_version(shop.business.id)
    put(shop, staff())
    assert rules_version(shop.business.id) == before + 1


def test_nobody_may_perform_it_and_then_it_cannot_be_booked():
    shop = a_shop()
    put(shop, staff())
    assert now_of(shop) == [staff()]
    assert known(shop).service.performers == ()
    with pytest.raises(ValueError, match="performs"):
        put(shop)


def test_a_need_that_is_gone_takes_its_group_along_and_the_others_keep_their_positions():
    shop = a_shop()
    [bed] = rooms_of(shop, "Bed")
    [lamp] = rooms_of(shop, "Lamp")
    groups = db.session.query(ResourceGroup).count()
    put(shop, staff(shop.person.resource_id), rooms(3, lamp))
    assert [it.position for it in now_of(shop)] == [1, 3]
    assert len(rooms_of(shop, "Basin")) == 1
    assert [it.position for it in now_of(shop)] == [1, 3, 4]
    assert db.session.query(ResourceGroup).count() == groups
    assert db.session.query(ResourceGroupMember).filter_by(resource_id=bed).count() == 0


def test_what_is_booked_keeps_its_rooms_and_can_still_be_moved():
    shop = a_shop()
    [bed] = rooms_of(shop, "Bed")
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    put(shop, staff(shop.person.resource_id))
    start = epoch_minute(berlin("2027-03-02 12:00"))
    move(shop.business, booking.appointment, start=start, by=SYSTEM, now=clock.now())
    rows = db.session.scalars(select(Allocation).filter_by(appointment_id=booking.appointment_id)).all()
    assert {(row.need, row.resource_id) for row in rows} == {(1, shop.person.resource_id), (2, bed)}
    assert {row.starts_at for row in rows} == {berlin("2027-03-02 12:00")}


def test_a_group_several_services_share_is_left_to_the_others():
    shop = a_shop(people=2)
    maya = shop.person.resource_id
    shared = db.session.scalars(select(ServiceNeed).filter_by(service_id=shop.service.id)).one().group_id
    other = add_service(shop.business.id, "Beard", minutes=30, price_cents=1)
    db.session.add(
        ServiceNeed(business_id=shop.business.id, service_id=other.id, position=1, group_id=shared)
    )
    db.session.flush()
    put(shop, staff(maya), service=other)
    assert [it.resource_id for it in now_of(shop)[0].servers] == [p.resource_id for p in shop.people]
    put(shop, *now_of(shop, other))
    assert db.session.get(ResourceGroup, (shop.business.id, shared))


def test_a_need_of_another_kind_gets_a_group_of_that_kind():
    shop = a_shop()
    room = add_resource(shop.business.id, "space", "Room").id
    helper = hire(shop.business.id, "Helper").resource_id
    maya = staff(shop.person.resource_id)
    put(shop, maya, rooms(2, room))
    put(shop, maya, NeedWish(2, "staff", (Server(helper),)))
    assert now_of(shop)[1] == NeedWish(2, "staff", (Server(helper),))


def test_who_leads_a_class_cannot_be_taken_from_it_while_it_is_on_the_timetable():
    shop = a_shop(people=2, capacity=8, minutes=60, advance_days=14)
    maya, tomas = (it.resource_id for it in shop.people)
    a_timetable(shop)
    put(shop, staff(maya, Server(tomas, 90)))
    put(shop, staff(maya))
    with pytest.raises(OnTheTimetable) as refused:
        put(shop, staff(tomas))
    assert "Maya is on the timetable for this class: Tuesday, 18:00." in str(refused.value)
    assert now_of(shop) == [staff(maya)]
    end(shop)
    put(shop, staff(tomas))
    assert now_of(shop) == [staff(tomas)]


def test_a_room_cannot_be_added_to_a_class_that_is_on_the_timetable_without_one():
    shop = a_shop(capacity=8, minutes=60, advance_days=14)
    hall = add_resource(shop.business.id, "space", "Hall").id
    a_timetable(shop)
    with pytest.raises(OnTheTimetable) as refused:
        put(shop, *now_of(shop), rooms(2, hall))
    assert "without what you have added: Tuesday, 18:00" in str(refused.value)
    end(shop)
    put(shop, *now_of(shop), rooms(2, hall))


def end(shop):
    class_time = db.session.scalars(select(ClassTime)).one()
    take_off_timetable(shop.business, class_time, date(2027, 2, 28), by=SYSTEM, now=clock.now())


def test_needs_of_another_business_are_not_seen():
    shop, other = a_shop(), a_shop()
    assert needs_of(other.business.id, [shop.service.id]) == {shop.service.id: []}
    assert db.session.query(AuditEvent).filter_by(action="service.needs_changed").count() == 0
