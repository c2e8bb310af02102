"""One person begins or stops to perform a service."""

import pytest

from app.schedule.facts import Member
from app.schedule.loading import load_facts
from app.schedule.needing import OnTheTimetable
from app.schedule.performing import let_serve, stop_serving
from app.schedule.serving import Server
from tests.appointments.looking import events
from tests.conftest import NOW
from tests.factories import (
    a_business,
    a_shop,
    a_timetable,
    add_need,
    add_resource,
    add_service,
    by_the_system,
    hire,
    rooms_of,
    rules_version,
)
from tests.schedule.rows import TUESDAY, known

pytestmark = pytest.mark.usefixtures("app", "frozen")

let, stop = by_the_system(let_serve), by_the_system(stop_serving)


def performers(shop):
    return [it.resource for it in known(shop).service.performers]


def test_a_person_performs_a_service_and_then_no_more():
    shop = a_shop()
    maya, june = shop.person.resource_id, hire(shop.business.id, "June").resource_id
    version = rules_version(shop.business.id)
    for _ in range(2):
        let(shop.business.id, shop.service.id, june)
    assert performers(shop) == [maya, june]
    assert rules_version(shop.business.id) == version + 1
    for _ in range(2):
        stop(shop.business.id, shop.service.id, maya)
    assert performers(shop) == [june]
    stop(shop.business.id, shop.service.id, june)
    assert performers(shop) == []
    let(shop.business.id, shop.service.id, maya)
    assert performers(shop) == [maya]
    kept = [it.changes["need_1"][1]["servers"] for it in events("service.needs_changed")]
    assert [[it[0] for it in servers] for servers in kept] == [[maya, june], [june], [], [maya]]


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


def test_own_prices_and_what_else_a_service_takes_stay():
    shop = a_shop()
    slow, june = (hire(shop.business.id, name).resource_id for name in ("Slow", "June"))
    service = add_service(shop.business.id, "Colour", minutes=30, price_cents=1)
    add_need(shop.business.id, service.id, [Server(slow, 50, 6000)], stretches=((0, 10), (20, 30)))
    (room,) = rooms_of(shop, "Chair")
    add_need(shop.business.id, service.id, [Server(room)], "space")
    let(shop.business.id, service.id, june)
    first, second = load_facts(shop.business, service.id, TUESDAY, TUESDAY, NOW).service.needs
    assert first.members == (Member(slow, "Slow", 50, 6000), Member(june, "June"))
    assert first.stretches == ((0, 10), (20, 30))
    assert [it.resource for it in second.members] == [room]


def test_whoever_gives_a_class_goes_on_performing_it():
    shop = a_shop(2, capacity=8)
    a_timetable(shop)
    with pytest.raises(OnTheTimetable, match="Maya is on the timetable"):
        stop(shop.business.id, shop.service.id, shop.person.resource_id)
    stop(shop.business.id, shop.service.id, shop.people[1].resource_id)
    assert performers(shop) == [shop.person.resource_id]
