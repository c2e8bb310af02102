"""The rows of a timetable; its dates are laid elsewhere."""

from datetime import date, timedelta

import pytest

from app.core.db import db
from app.schedule.class_times import (
    NotAClass,
    NotTheirService,
    Recurrence,
    add_class_time,
    businesses_with_classes,
    class_times_of,
    end_class_time,
    resources_of,
)
from app.schedule.models import ClassTime, Resource
from app.schedule.rota import holds_on
from app.schedule.serving import Server
from tests.appointments.looking import events
from tests.conftest import NOW
from tests.factories import ANNA, a_shop, add_need, add_resource, add_service, hire, rules_version

pytestmark = pytest.mark.usefixtures("app", "frozen")

AT_SIX = Recurrence(weekday=1, starts_min=18 * 60)


def a_studio(people=2):
    shop = a_shop(people, minutes=60, capacity=8)
    room = add_resource(shop.business.id, "space", "Hall").id
    add_need(shop.business.id, shop.service.id, [Server(room)], "space")
    return shop, room


def lay(shop, resources, when=AT_SIX, service=None):
    return add_class_time(service or shop.service, when, resources, by=ANNA, now=NOW)


def test_a_class_time_has_somebody_for_each_need():
    shop, room = a_studio()
    person = shop.people[1].resource_id
    class_time = lay(shop, {1: person, 2: room})
    assert resources_of(class_time) == {1: person, 2: room}
    assert (class_time.weekday, class_time.starts_min, class_time.rota_of) == (1, 1080, 1)
    assert list(class_times_of(shop.business.id)) == [class_time]


def test_it_is_written_down_and_raises_the_version():
    shop, room = a_studio()
    before = rules_version(shop.business.id)
    person = shop.person.resource_id
    when = Recurrence(0, 540, date(2027, 3, 1), date(2027, 6, 30), rota_week=1, rota_of=2)
    class_time = lay(shop, {1: person, 2: room}, when)
    assert rules_version(shop.business.id) == before + 1
    [event] = events("class_time.added")
    assert (event.subject_kind, event.subject_id, event.actor_name) == ("class_time", class_time.id, "Anna")
    assert event.changes == {
        "weekday": [None, 0],
        "starts_min": [None, 540],
        "valid_from": [None, "2027-03-01"],
        "valid_until": [None, "2027-06-30"],
        "rota_week": [None, 1],
        "rota_of": [None, 2],
        "resources": [None, {"1": person, "2": room}],
    }


def test_a_visit_is_no_class():
    shop = a_shop()
    with pytest.raises(NotAClass):
        lay(shop, {1: shop.person.resource_id})
    assert list(class_times_of(shop.business.id)) == events("class_time.added") == []


def test_whoever_cannot_fill_a_need_is_refused():
    shop, room = a_studio()
    person = shop.person.resource_id
    stranger = hire(shop.business.id, "June").resource_id
    other, _ = a_studio()
    for resources in (
        {},
        {1: person},
        {2: room},
        {1: room, 2: person},
        {1: stranger, 2: room},
        {1: person, 2: stranger},
        {1: other.person.resource_id, 2: room},
        {1: person, 2: room, 3: stranger},
    ):
        with pytest.raises(NotTheirService):
            lay(shop, resources)
    assert list(class_times_of(shop.business.id)) == []


def test_whoever_has_left_gives_no_class():
    shop, room = a_studio()
    first, second = (it.resource_id for it in shop.people)
    db.session.get_one(Resource, (shop.business.id, first)).active = False
    db.session.flush()
    with pytest.raises(NotTheirService):
        lay(shop, {1: first, 2: room})
    assert resources_of(lay(shop, {1: second, 2: room})) == {1: second, 2: room}


def test_nobody_fills_two_needs_of_a_class():
    shop = a_shop(2, minutes=60, capacity=8)
    add_need(shop.business.id, shop.service.id, [Server(it.resource_id) for it in shop.people])
    first, second = (it.resource_id for it in shop.people)
    with pytest.raises(NotTheirService):
        lay(shop, {1: first, 2: first})
    assert resources_of(lay(shop, {1: first, 2: second})) == {1: first, 2: second}


def test_it_happens_for_the_last_time_on_the_day_that_was_said():
    shop, room = a_studio()
    class_time = lay(shop, {1: shop.person.resource_id, 2: room})
    before = rules_version(shop.business.id)
    end_class_time(class_time, date(2027, 3, 9), by=ANNA, now=NOW)
    assert holds_on(class_time, date(2027, 3, 9))
    assert not holds_on(class_time, date(2027, 3, 16))
    [event] = events("class_time.ended")
    assert event.changes == {"valid_until": [None, "2027-03-09"]}
    assert rules_version(shop.business.id) == before + 1
    end_class_time(class_time, date(2027, 3, 2), by=ANNA, now=NOW)
    assert events("class_time.ended")[-1].changes == {"valid_until": ["2027-03-09", "2027-03-02"]}


@pytest.mark.parametrize(
    "last_on", [date(2027, 3, 1), date(2027, 3, 2), date(2027, 5, 25), date(2027, 5, 31)]
)
def test_one_that_ends_before_its_season_does_not_happen_at_all(last_on):
    shop, room = a_studio()
    when = Recurrence(1, 1080, valid_from=date(2027, 6, 1))
    class_time = lay(shop, {1: shop.person.resource_id, 2: room}, when)
    end_class_time(class_time, last_on, by=ANNA, now=NOW)
    db.session.refresh(class_time)
    tuesdays = [date(2027, 2, 23) + timedelta(7 * week) for week in range(20)]
    assert not any(holds_on(class_time, day) for day in tuesdays)


def test_only_classes_that_can_be_had_are_on_the_timetable():
    shop, room = a_studio()
    class_time = lay(shop, {1: shop.person.resource_id, 2: room})
    pilates = add_service(shop.business.id, "Pilates", minutes=60, price_cents=1, capacity=4)
    add_need(shop.business.id, pilates.id, [Server(shop.person.resource_id)])
    lay(shop, {1: shop.person.resource_id}, service=pilates)
    pilates.active = False
    other, hall = a_studio()
    lay(other, {1: other.person.resource_id, 2: hall})
    assert list(class_times_of(shop.business.id)) == [class_time]
    assert set(businesses_with_classes()) >= {shop.business.id, other.business.id}
    shop.service.capacity = 1
    db.session.flush()
    assert list(class_times_of(shop.business.id)) == []


def test_class_times_come_in_the_order_in_which_they_were_made():
    shop, room = a_studio()
    made = [lay(shop, {1: it.resource_id, 2: room}) for it in (*shop.people, *shop.people)]
    assert [it.id for it in class_times_of(shop.business.id)] == sorted(it.id for it in made)
    assert all(isinstance(it, ClassTime) for it in made)
