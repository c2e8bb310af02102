from datetime import date, timedelta

import pytest

from app.business_hours.away import add_days_off, add_hours_off
from app.business_hours.special import set_special_day
from app.core.db import db
from app.feeds.models import OtherCalendar
from app.schedule.models import Allocation
from app.schedule.serving import put_away
from tests.conftest import NOW
from tests.dashboard.shops import a_visit_to, at, seen, seen_by
from tests.factories import (
    a_business,
    a_class_date,
    a_membership,
    a_shop,
    a_user,
    add_resource,
    by_the_system,
    set_week,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")


def notices(business, **more):
    return [(it.kind, it.customer or it.service) for it in seen(business, **more).notices]


def day_off(shop, day, of=None):
    by_the_system(add_days_off)(shop.business.id, day, day, of)


def test_a_day_in_order_needs_nobody():
    shop = a_shop()
    a_visit_to(shop, "10:00")
    assert notices(shop.business) == []


def test_a_page_that_is_not_open_is_said_to_those_who_can_open_it():
    shop = a_shop()
    shop.business.status = "draft"
    assert notices(shop.business) == [("closed_page", None)]
    assert notices(shop.business, role="staff") == []
    shop.business.status = "suspended"
    assert notices(shop.business, role="manager") == [("suspended", None)]


def test_a_week_without_hours_is_said():
    business = a_business()
    assert notices(business) == [("no_hours", None)]
    set_week(business.id, {6: [(600, 660)]})
    assert notices(business, role="manager") == []
    assert notices(a_business(), role="staff") == []


def test_a_booking_outside_of_todays_hours_is_said_until_it_is_over():
    shop = a_shop()
    a_visit_to(shop, "17:30", customer="Late")
    a_visit_to(shop, "07:00", customer="Over")
    a_visit_to(shop, "2027-03-02 18:00", customer="Tomorrow")
    a_visit_to(shop, "19:00", customer="Cancelled", status="cancelled")
    assert notices(shop.business) == [("outside", "Late")]


def test_what_is_only_held_and_classes_nobody_is_in_are_in_nobodys_way():
    shop = a_shop(capacity=8, minutes=60)
    day_off(shop, date(2027, 3, 3))
    a_class_date(shop, at("2027-03-03 10:00"))
    a_visit_to(shop, "19:00", status="held")
    assert notices(shop.business) == []


def test_a_booking_while_the_person_has_other_hours_names_the_person():
    shop = a_shop()
    set_week(shop.business.id, {0: [(540, 720)]}, shop.person.resource_id)
    a_visit_to(shop, "13:00")
    (notice,) = seen(shop.business).notices
    assert (notice.kind, notice.customer, notice.person) == ("outside_own", "Olivia Park", "Maya")


def test_whoever_is_away_and_has_somebody_is_said_a_week_ahead():
    shop = a_shop(people=2)
    maya, tomas = shop.people
    day_off(shop, date(2027, 3, 5), maya.resource_id)
    by_the_system(add_hours_off)(shop.business.id, at("13:00"), at("14:00"), tomas.resource_id)
    a_visit_to(shop, "2027-03-05 10:00", customer="On Friday")
    a_visit_to(shop, "2027-03-04 10:00", customer="On Thursday")
    a_visit_to(shop, "2027-03-05 10:00", customer="With another", person=tomas)
    a_visit_to(shop, "13:45", customer="In the hour", person=tomas)
    assert notices(shop.business) == [("away", "In the hour"), ("away", "On Friday")]
    assert {it.person for it in seen(shop.business, "manager").notices} == {"Maya", "Tomás"}


def test_tomorrows_evening_of_somebody_who_is_away_later_is_no_matter_of_today():
    shop = a_shop()
    day_off(shop, date(2027, 3, 5), shop.person.resource_id)
    a_visit_to(shop, "2027-03-02 19:00")
    assert notices(shop.business) == []


def test_a_closed_day_with_bookings_is_said_for_everybody():
    shop = a_shop()
    day_off(shop, date(2027, 3, 3))
    by_the_system(set_special_day)(shop.business.id, date(2027, 3, 4), [])
    a_visit_to(shop, "2027-03-03 10:00", customer="Holiday")
    a_visit_to(shop, "2027-03-04 10:00", customer="Special")
    assert notices(shop.business) == [("closed", "Holiday"), ("closed", "Special")]


def test_somebody_squeezed_in_today_is_said():
    shop = a_shop()
    visit = a_visit_to(shop, "10:00")
    db.session.query(Allocation).filter_by(appointment_id=visit.appointment_id).one().overlap_ok = True
    assert notices(shop.business) == [("squeezed", "Olivia Park")]


def test_a_class_within_a_day_that_nobody_booked_is_said():
    shop = a_shop(capacity=8, minutes=60)
    a_class_date(shop, at("2027-03-02 09:00"))
    a_class_date(shop, at("2027-03-02 10:00"))
    booked = a_class_date(shop, at("12:00"))
    booked.places_taken = 1
    assert notices(shop.business) == [("nobody", "Haircut")]


def test_a_class_nobody_leads_is_said():
    shop = a_shop(people=2, capacity=8, minutes=60)
    of_maya = a_class_date(shop, at("12:00"))
    of_nobody = a_class_date(shop, at("14:00"))
    of_maya.places_taken = of_nobody.places_taken = 3
    room = add_resource(shop.business.id, "space", "Studio")
    taken = db.session.query(Allocation).filter_by(appointment_id=of_nobody.id).one()
    taken.resource_id, taken.need = room.id, 2
    assert [(it.kind, it.at) for it in seen(shop.business).notices] == [("no_leader", at("14:00"))]
    by_the_system(put_away)(shop.business.id, shop.person.resource_id)
    assert [it.at.hour for it in seen(shop.business, "manager").notices] == [12, 14]


def test_a_class_outside_the_hours_is_meant_but_not_on_a_day_off():
    shop = a_shop(capacity=8, minutes=60)
    for evening in ("19:00", "2027-03-03 19:00"):
        a_class_date(shop, at(evening)).places_taken = 2
    assert notices(shop.business) == []
    day_off(shop, date(2027, 3, 3))
    assert notices(shop.business, role="manager") == [("closed", "Haircut")]


def test_the_most_pressing_stands_first_and_an_appointment_once():
    shop = a_shop()
    shop.business.status = "draft"
    day_off(shop, date(2027, 3, 1), shop.person.resource_id)
    a_visit_to(shop, "19:00", status="requested", created_at=NOW)
    a_visit_to(shop, "10:00", customer="Away")
    assert notices(shop.business) == [
        ("closed_page", None),
        ("running_out", "Olivia Park"),
        ("away", "Away"),
    ]


def test_staff_are_told_of_their_own():
    shop, user = a_shop(people=2), a_user()
    shop.people[1].user_id = user.id
    a_visit_to(shop, "19:00", customer="Of Maya")
    a_visit_to(shop, "19:00", customer="Of Tomás", person=shop.people[1])
    assert notices(shop.business, role="staff", user=user) == [("outside", "Of Tomás")]


def test_another_business_is_none_of_ours():
    shop, other = a_shop(), a_shop(capacity=8, minutes=60)
    a_visit_to(other, "19:00")
    a_class_date(other, at("12:00"))
    assert notices(shop.business) == []


def a_silent_calendar(shop, person=0, name="Home", **more):
    calendar = OtherCalendar(
        business_id=shop.business.id,
        resource_id=shop.people[person].resource_id,
        name=name,
        address=b"sealed",
        host="calendar.example",
        next_at=NOW,
        **{"problem": "no_answer", "failures": 9, "read_at": NOW - timedelta(days=3), **more},
    )
    db.session.add(calendar)
    db.session.flush()
    return calendar


def test_a_calendar_nobody_could_read_for_three_days_is_said():
    shop = a_shop()
    a_silent_calendar(shop)
    [notice] = seen(shop.business).notices
    assert (notice.kind, notice.person, notice.number) == ("calendars", "Home", 1)
    a_silent_calendar(shop, name="School")
    assert [it.number for it in seen(shop.business).notices] == [2]


def test_one_that_was_read_since_or_for_nobody_is_not_said():
    shop = a_shop(2)
    a_silent_calendar(shop, read_at=NOW - timedelta(days=2, hours=23))
    a_silent_calendar(shop, read_at=None, created_at=NOW - timedelta(days=2))
    a_silent_calendar(shop, problem=None, failures=0)
    a_silent_calendar(shop, person=1)
    by_the_system(put_away)(shop.business.id, shop.people[1].resource_id)
    assert notices(shop.business) == []
    a_silent_calendar(shop, read_at=None, created_at=NOW - timedelta(days=4))
    assert notices(shop.business) == [("calendars", None)]


def test_staff_hear_of_their_own_calendars_alone():
    shop = a_shop(2)
    member = a_membership(shop.business, "staff")
    shop.people[0].user_id = member.user_id
    a_silent_calendar(shop, person=1)
    assert list(seen_by(member).notices) == []
    a_silent_calendar(shop, person=0, name="Mine")
    assert [it.person for it in seen_by(member).notices] == ["Mine"]
