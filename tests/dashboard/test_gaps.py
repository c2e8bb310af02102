from datetime import date

import pytest

from app.business_hours.away import add_days_off
from app.business_hours.special import set_special_day
from app.core.db import db
from app.dashboard.gaps import shortest_visits
from app.schedule.models import Allocation
from app.schedule.serving import Server
from tests.dashboard.shops import a_visit_to, at, seen
from tests.factories import a_shop, a_user, add_need, add_service, by_the_system, hire, set_week

pytestmark = pytest.mark.usefixtures("app", "frozen")


def gaps(business, **more):
    return {
        it.person.name: [(gap.starts_at.strftime("%H:%M"), gap.ends_at.strftime("%H:%M")) for gap in it.gaps]
        for it in seen(business, **more).free
    }


def test_what_is_left_of_the_day_from_now_on_is_free():
    shop = a_shop()
    a_visit_to(shop, "08:10", minutes=20)
    a_visit_to(shop, "11:00", minutes=60)
    assert gaps(shop.business, now=at("09:02")) == {"Maya": [("09:05", "11:00"), ("12:00", "17:00")]}


def test_a_gap_is_as_long_as_the_shortest_service_or_none():
    shop = a_shop(minutes=30)
    a_visit_to(shop, "09:30", minutes=60)
    a_visit_to(shop, "10:59", minutes=360)
    assert gaps(shop.business) == {"Maya": [("09:00", "09:30")]}
    # 10:30 to 10:59 is a minute too short, and so is what would come after 16:59.


def test_each_person_counts_by_their_own_shortest_service_with_buffers():
    shop = a_shop(people=2, minutes=60)
    maya, tomas = shop.people
    quick = add_service(shop.business.id, "Fringe", minutes=10, price_cents=500)
    add_need(shop.business.id, quick.id, [Server(maya.resource_id, minutes=15)])
    quick.before_min, quick.after_min = 5, 10
    db.session.flush()
    assert shortest_visits(shop.business.id) == {maya.resource_id: 30, tomas.resource_id: 60}
    quick.bookable = False
    db.session.flush()
    assert shortest_visits(shop.business.id)[maya.resource_id] == 60
    quick.bookable, quick.active = True, False
    db.session.flush()
    assert shortest_visits(shop.business.id)[maya.resource_id] == 60


def test_whoever_only_leads_classes_or_performs_nothing_has_no_gaps():
    shop = a_shop(capacity=8)
    hire(shop.business.id, "At the desk")
    assert shortest_visits(shop.business.id) == {shop.person.resource_id: None}
    assert gaps(shop.business) == {}


def test_buffers_holds_and_time_off_are_not_free():
    shop = a_shop(people=3)
    _maya, tomas, june = shop.people
    visit = a_visit_to(shop, "10:00", minutes=60)
    taken = db.session.query(Allocation).filter_by(appointment_id=visit.appointment_id).one()
    taken.starts_at, taken.ends_at = at("09:30"), at("11:15")
    a_visit_to(shop, "09:00", status="held", person=tomas, minutes=120)
    by_the_system(add_days_off)(shop.business.id, date(2027, 3, 1), date(2027, 3, 1), june.resource_id)
    assert gaps(shop.business) == {
        "Maya": [("09:00", "09:30"), ("11:15", "17:00")],
        "Tomás": [("11:00", "17:00")],
    }


def test_the_time_while_the_colour_takes_is_free():
    shop = a_shop()
    visit = a_visit_to(shop, "09:00", minutes=480)
    first = db.session.query(Allocation).filter_by(appointment_id=visit.appointment_id).one()
    first.ends_at = at("10:00")
    rest = {"starts_at": at("11:00"), "ends_at": at("17:00")}
    db.session.add(
        Allocation(
            business_id=shop.business.id,
            resource_id=shop.person.resource_id,
            appointment_id=visit.appointment_id,
            **rest,
        )
    )
    assert gaps(shop.business) == {"Maya": [("10:00", "11:00")]}


def test_an_evening_goes_on_past_midnight_and_not_into_tomorrow():
    shop = a_shop()
    set_week(shop.business.id, {0: [(1080, 1560)], 1: [(540, 600)]})
    assert gaps(shop.business, now=at("2027-03-01 23:30")) == {"Maya": [("23:30", "01:00")]}


def test_a_day_on_which_the_business_is_closed_has_no_gaps():
    shop = a_shop()
    by_the_system(set_special_day)(shop.business.id, date(2027, 3, 1), [])
    assert gaps(shop.business) == {}


def test_staff_see_their_own_gaps():
    shop, user = a_shop(people=2), a_user()
    shop.people[1].user_id = user.id
    assert list(gaps(shop.business, role="staff", user=user)) == ["Tomás"]
    assert list(gaps(shop.business)) == ["Maya", "Tomás"]
