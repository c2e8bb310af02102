from datetime import date

import pytest

from app.business_hours.away import add_days_off
from app.core.db import db
from app.schedule.models import Allocation
from tests.conftest import NOW
from tests.dashboard.shops import a_visit_to, at, seen
from tests.factories import a_class_date, a_shop, a_user, add_resource, by_the_system, set_week

pytestmark = pytest.mark.usefixtures("app", "frozen")


def turns(business, **more):
    return [
        (turn.person.name, [(it.kind, it.minutes, it.stretch.customer) for it in turn.visits])
        for turn in seen(business, **more).turns
    ]


def test_each_person_has_the_one_who_comes_next():
    shop = a_shop(people=2)
    a_visit_to(shop, "12:00", customer="Later")
    a_visit_to(shop, "10:00", customer="Soon")
    a_visit_to(shop, "09:20", customer="First", person=shop.people[1])
    assert turns(shop.business) == [
        ("Tomás", [("next", 20, "First")]),
        ("Maya", [("next", 60, "Soon")]),
    ]


def test_who_is_late_comes_first_then_who_waits():
    shop = a_shop(people=4)
    maya, tomas, june, ravi = shop.people
    a_visit_to(shop, "09:05", customer="Next", person=maya)
    a_visit_to(shop, "08:30", customer="Here", person=tomas, arrived_at=at("08:25"))
    a_visit_to(shop, "09:40", customer="Waits", person=june, arrived_at=at("08:48"))
    a_visit_to(shop, "08:47", customer="Late", person=ravi)
    assert turns(shop.business) == [
        ("Ravi", [("late", 13, "Late")]),
        ("June", [("waiting", 12, "Waits")]),
        ("Tomás", [("here", 15, "Here")]),
        ("Maya", [("next", 5, "Next")]),
    ]


def test_a_visit_that_begins_now_is_late_by_nothing_and_one_that_ends_now_is_over():
    shop = a_shop(people=2)
    a_visit_to(shop, "09:00", customer="Begins")
    a_visit_to(shop, "08:15", customer="Ends", person=shop.people[1])
    assert turns(shop.business) == [("Maya", [("late", 0, "Begins")])]


@pytest.mark.parametrize("status", ["completed", "no_show", "cancelled", "declined", "expired", "held"])
def test_what_is_over_or_not_booked_does_not_come(status):
    shop = a_shop()
    a_visit_to(shop, "09:30", status=status)
    assert turns(shop.business) == []


def test_a_request_comes_unless_it_is_declined():
    shop = a_shop()
    a_visit_to(shop, "09:30", status="requested")
    assert turns(shop.business) == [("Maya", [("next", 30, "Olivia Park")])]


def test_tomorrow_is_not_today_but_the_end_of_the_evening_is():
    shop = a_shop()
    set_week(shop.business.id, {0: [(1080, 1560)], 1: [(1080, 1560)]})
    a_visit_to(shop, "2027-03-02 00:30", customer="Past midnight")
    a_visit_to(shop, "2027-03-02 17:30", customer="Tomorrow")
    assert turns(shop.business) == [("Maya", [("next", 15 * 60 + 30, "Past midnight")])]


def test_whoever_is_named_as_the_guest_is_who_comes():
    shop = a_shop(people=2)
    a_visit_to(shop, "09:30", guest=2, guest_name="Her sister")
    a_visit_to(shop, "09:40", guest=2, person=shop.people[1])
    assert [visits[0][2] for _, visits in turns(shop.business)] == ["Her sister", "Olivia Park"]


def test_a_date_of_a_class_is_led_and_nobody_is_late_for_it():
    shop = a_shop(capacity=8, minutes=60)
    a_class_date(shop, at("08:30"))
    a_class_date(shop, at("11:00"))
    assert turns(shop.business) == [("Maya", [("here", 30, None), ("next", 120, None)])]


def test_a_room_shows_only_what_it_is_booked_for_by_itself():
    shop = a_shop()
    room = add_resource(shop.business.id, "space", "Court")
    alone, with_maya = a_visit_to(shop, "10:00", customer="Tennis"), a_visit_to(shop, "12:00")
    taken = {"business_id": shop.business.id, "resource_id": room.id}
    db.session.query(Allocation).filter_by(appointment_id=alone.appointment_id).delete()
    db.session.add_all(
        [
            Allocation(
                appointment_id=alone.appointment_id, starts_at=at("10:00"), ends_at=at("10:45"), **taken
            ),
            Allocation(
                appointment_id=with_maya.appointment_id,
                need=2,
                starts_at=at("12:00"),
                ends_at=at("12:45"),
                **taken,
            ),
        ]
    )
    assert turns(shop.business) == [
        ("Court", [("next", 60, "Tennis")]),
        ("Maya", [("next", 180, "Olivia Park")]),
    ]


def test_a_visit_in_two_stretches_is_one():
    shop = a_shop()
    visit = a_visit_to(shop, "08:50", minutes=90)
    first = db.session.query(Allocation).filter_by(appointment_id=visit.appointment_id).one()
    first.ends_at = at("09:20")
    rest = {"starts_at": at("09:50"), "ends_at": at("10:20")}
    db.session.add(
        Allocation(
            business_id=shop.business.id,
            resource_id=shop.person.resource_id,
            appointment_id=visit.appointment_id,
            **rest,
        )
    )
    assert turns(shop.business) == [("Maya", [("late", 10, "Olivia Park")])]


def test_what_is_in_the_way_of_a_holiday_is_not_next_before_its_day():
    shop = a_shop()
    friday = date(2027, 3, 5)
    by_the_system(add_days_off)(shop.business.id, friday, friday, shop.person.resource_id)
    a_visit_to(shop, "2027-03-05 10:00")
    assert turns(shop.business) == []
    assert len(seen(shop.business, "manager").notices) == 1


def test_staff_see_who_comes_to_them():
    shop, user = a_shop(people=2), a_user()
    shop.people[1].user_id = user.id
    a_visit_to(shop, "10:00", customer="Of Maya")
    a_visit_to(shop, "10:00", customer="Of Tomás", person=shop.people[1])
    assert turns(shop.business, role="staff", user=user) == [("Tomás", [("next", 60, "Of Tomás")])]


def test_nobody_of_another_business_comes():
    shop = a_shop()
    a_visit_to(a_shop(), "10:00")
    assert turns(shop.business, now=NOW) == []
