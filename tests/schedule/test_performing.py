"""One person begins or stops to perform a service."""

import pytest

from app.core.db import db
from app.schedule.binding import OnTheTimetable
from app.schedule.facts import Member
from app.schedule.loading import load_facts
from app.schedule.models import ServiceNeed
from app.schedule.needing import needs_of
from app.schedule.performing import change_performer
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

change = by_the_system(change_performer)


def let(business_id, service_id, resource_id):
    change(business_id, resource_id, begins=[service_id])


def stop(business_id, service_id, resource_id):
    change(business_id, resource_id, stops=[service_id])


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


def test_many_services_take_as_many_statements_as_one(queries):
    shop = a_shop(2, capacity=8)
    maya, tomas = (it.resource_id for it in shop.people)
    june = hire(shop.business.id, "June").resource_id
    group = add_need(shop.business.id, a_service(shop, "Shared"), [Server(maya), Server(june)]).group_id
    stops = [a_service(shop, f"Old {n}") for n in range(12)]
    for service in stops[:6]:
        add_need(shop.business.id, service, [Server(june), Server(tomas)])
    for service in stops[6:]:
        need = ServiceNeed(business_id=shop.business.id, service_id=service, position=1, group_id=group)
        db.session.add(need)
    begins = [a_service(shop, f"New {n}") for n in range(12)]
    for service in begins[:6]:
        add_need(shop.business.id, service, [Server(tomas)], stretches=((0, 10), (20, 30)))
    db.session.commit()
    with queries() as one:
        change(shop.business.id, june, begins=begins[:1], stops=stops[:1])
        db.session.flush()
    with queries() as many:
        change(shop.business.id, june, begins=begins[1:], stops=stops[1:])
        db.session.flush()
    assert len(many) <= len(one) + 4 <= 22
    needs = {service: needs[0] for service, needs in needs_of(shop.business.id, [*begins, *stops]).items()}
    assert [needs[it].resources for it in stops] == [{tomas}] * 6 + [{maya}] * 6
    assert [needs[it].resources for it in begins] == [{tomas, june}] * 6 + [{june}] * 6
    assert [needs[it].stretches for it in begins] == [((0, 10), (20, 30))] * 6 + [()] * 6
    assert len(events("service.needs_changed")) == 24


def a_service(shop, name):
    return add_service(shop.business.id, name, minutes=30, price_cents=1).id
