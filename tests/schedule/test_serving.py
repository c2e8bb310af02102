"""Who and what a service takes, as it is written down."""

import pytest
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.schedule.facts import Member
from app.schedule.loading import load_facts
from app.schedule.models import ServiceNeedStretch
from app.schedule.serving import Server, let_serve, stop_serving
from app.schedule.slots import open_slots
from tests.appointments.looking import events
from tests.conftest import NOW
from tests.factories import (
    a_business,
    a_shop,
    add_need,
    add_resource,
    add_service,
    by_the_system,
    hire,
    rules_version,
)
from tests.schedule.rows import TUESDAY, known

pytestmark = pytest.mark.usefixtures("app", "frozen")

let, stop = by_the_system(let_serve), by_the_system(stop_serving)


def test_needs_are_counted_from_one_and_keep_who_can_fill_them():
    shop = a_shop()
    room = add_resource(shop.business.id, "space", "Room")
    slow = hire(shop.business.id, "Slow").resource_id
    second = add_need(shop.business.id, shop.service.id, [Server(room.id)], "space")
    third = add_need(shop.business.id, shop.service.id, [Server(slow, 50, 6000)])
    assert (second.position, third.position) == (2, 3)
    needs = known(shop).service.needs
    assert [it.kind for it in needs] == ["staff", "space", "staff"]
    assert needs[2].members == (Member(slow, "Slow", 50, 6000),)


def test_processing_time_is_written_down_and_reaches_the_engine():
    shop = a_shop()
    maya = shop.person.resource_id
    colour = add_service(shop.business.id, "Colour", minutes=90, price_cents=1)
    add_need(shop.business.id, colour.id, [Server(maya)], stretches=((60, 90), (0, 30)))
    facts = load_facts(shop.business, colour.id, TUESDAY, TUESDAY, NOW)
    assert facts.service.needs[0].stretches == ((0, 30), (60, 90))
    assert len(open_slots(facts, [TUESDAY], NOW)[TUESDAY]) == 31
    event = events("service.need_added")[-1]
    assert event.changes == {"needs": [None, [maya]], "stretches": [None, [[60, 90], [0, 30]]]}
    rows = db.session.query(ServiceNeedStretch).filter_by(business_id=shop.business.id).all()
    assert {(it.service_id, it.position, it.from_min, it.to_min) for it in rows} == {
        (colour.id, 1, 0, 30),
        (colour.id, 1, 60, 90),
    }


def test_a_need_throughout_says_nothing_of_stretches():
    shop = a_shop()
    [event] = events("service.need_added")
    assert event.changes == {"needs": [None, [shop.person.resource_id]]}


def test_every_need_and_resource_raises_the_version():
    shop = a_shop()
    before = rules_version(shop.business.id)
    room = add_resource(shop.business.id, "space", "Room")
    add_need(shop.business.id, shop.service.id, [Server(room.id)], "space", ((0, 30),))
    assert rules_version(shop.business.id) == before + 2


@pytest.mark.parametrize("stretch", [(30, 30), (30, 20), (-5, 20)])
def test_a_stretch_that_cannot_be_is_refused_by_the_table(stretch):
    shop = a_shop()
    with pytest.raises(IntegrityError), db.session.begin_nested():
        add_need(shop.business.id, shop.service.id, [Server(shop.person.resource_id)], stretches=[stretch])
    assert len(known(shop).service.needs) == 1


def test_a_person_is_no_room_and_nobody_of_another_business_fills_a_need():
    shop, other = a_shop(), a_shop()
    for servers, kind in (
        ([Server(shop.person.resource_id)], "space"),
        ([Server(other.person.resource_id)], "staff"),
    ):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            add_need(shop.business.id, shop.service.id, servers, kind)


def test_needs_of_another_service_are_left_alone():
    business = a_business()
    maya = hire(business.id, "Maya").resource_id
    services = [add_service(business.id, name, minutes=30, price_cents=1) for name in ("Cut", "Colour")]
    positions = [add_need(business.id, it.id, [Server(maya)]).position for it in services]
    assert positions == [1, 1]


def performers(shop):
    return [it.resource for it in known(shop).service.performers]


def test_a_person_performs_a_service_and_then_no_more():
    shop = a_shop()
    maya, june = shop.person.resource_id, hire(shop.business.id, "June").resource_id
    version = rules_version(shop.business.id)
    for _ in range(2):
        let(shop.business.id, shop.service.id, june)
    assert performers(shop) == [maya, june]
    assert rules_version(shop.business.id) == version + 2
    for _ in range(2):
        stop(shop.business.id, shop.service.id, maya)
    assert performers(shop) == [june]
    stop(shop.business.id, shop.service.id, june)
    assert performers(shop) == []
    let(shop.business.id, shop.service.id, maya)
    assert performers(shop) == [maya]
    changes = [it.changes["performer"] for it in events("service.performers_changed")]
    assert changes == [[None, june], [maya, None], [june, None], [None, maya]]


def test_whoever_performs_a_service_first_makes_its_need():
    business = a_business()
    service = add_service(business.id, "Colour", minutes=30, price_cents=1)
    maya = hire(business.id, "Maya").resource_id
    stop(business.id, service.id, maya)
    let(business.id, service.id, maya)
    facts = load_facts(business, service.id, TUESDAY, TUESDAY, NOW)
    assert [it.resource for it in facts.service.performers] == [maya]


def test_what_rooms_perform_no_person_does():
    business = a_business()
    service = add_service(business.id, "Hall", minutes=30, price_cents=1)
    room, maya = add_resource(business.id, "space", "Hall"), hire(business.id, "Maya").resource_id
    add_need(business.id, service.id, [Server(room.id)], "space")
    let(business.id, service.id, maya)
    facts = load_facts(business, service.id, TUESDAY, TUESDAY, NOW)
    assert [it.resource for it in facts.service.performers] == [room.id]
