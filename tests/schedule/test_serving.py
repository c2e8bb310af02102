"""Who and what a service takes, as it is written down."""

import pytest
from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.schedule.facts import Member
from app.schedule.loading import load_facts
from app.schedule.models import ServiceNeedStretch
from app.schedule.serving import Server
from app.schedule.slots import open_slots
from tests.appointments.looking import events
from tests.conftest import NOW
from tests.factories import (
    a_business,
    a_shop,
    add_need,
    add_resource,
    add_service,
    hire,
    rules_version,
)
from tests.schedule.rows import TUESDAY, known

pytestmark = pytest.mark.usefixtures("app", "frozen")


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
