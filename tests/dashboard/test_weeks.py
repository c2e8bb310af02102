from datetime import date

import pytest

from app.core.db import db
from app.dashboard.weeks import Numbers
from app.schedule.models import Allocation
from app.schedule.serving import Server
from tests.conftest import NOW
from tests.dashboard.shops import a_visit_to, at, seen
from tests.factories import a_business, a_class_date, a_shop, a_user, a_visit, add_need, hire, set_week

pytestmark = pytest.mark.usefixtures("app", "frozen")
MONDAY, TUESDAY, LAST_TUESDAY = date(2027, 3, 1), date(2027, 3, 2), date(2027, 2, 23)
OPEN = 9 * 60


def test_a_day_counts_what_is_kept_lost_and_missed():
    shop = a_shop()
    for hour, status in enumerate(
        ["confirmed", "completed", "no_show", "cancelled", "declined", "requested", "expired", "held"], 8
    ):
        a_visit_to(shop, f"2027-03-02 {hour:02}:00", status=status, minutes=40)
    week = seen(shop.business).weeks.this
    assert week.days[TUESDAY] == Numbers(2, 9000, 1, 1, 80, OPEN)
    assert week.days[MONDAY] == Numbers(open=OPEN)
    assert week.total == Numbers(2, 9000, 1, 1, 80, 5 * OPEN)


def test_the_week_before_stands_beside_this_one():
    shop = a_shop()
    a_visit_to(shop, "2027-02-23 10:00")
    a_visit_to(shop, "2027-03-02 10:00")
    a_visit_to(shop, "2027-03-02 12:00")
    for far in ("2027-02-21 10:00", "2027-03-08 10:00"):
        a_visit_to(shop, far)
    weeks = seen(shop.business).weeks
    assert weeks.counts == ([0, 1, 0, 0, 0, 0, 0], [0, 2, 0, 0, 0, 0, 0])
    assert [(day, now.kept, before.kept) for day, now, before in weeks.pairs][1] == (TUESDAY, 2, 1)
    assert list(weeks.last.days)[1] == LAST_TUESDAY


def test_only_the_time_of_people_counts_without_what_lies_around_it():
    shop = a_shop()
    visit = a_visit_to(shop, "10:00", minutes=60)
    around = db.session.query(Allocation).filter_by(appointment_id=visit.appointment_id).one()
    around.starts_at, around.ends_at = at("09:45"), at("11:30")
    assert seen(shop.business).weeks.this.days[MONDAY].minutes == 60


def test_a_class_takes_its_leaders_time_once():
    shop = a_shop(capacity=8, minutes=60)
    day = a_class_date(shop, at("2027-03-02 10:00"))
    a_class_date(shop, at("2027-03-02 14:00"))  # Nobody comes, so nothing of it is booked.
    for name in ("Ada", "Kai", "Leo"):
        other = a_visit_to(shop, "2027-06-01 10:00", customer=name, person=hire(shop.business.id, name))
        other.appointment_id = day.id
    assert seen(shop.business).weeks.this.days[TUESDAY] == Numbers(3, 13500, 0, 0, 60, OPEN)


def test_the_night_of_a_clock_change_is_as_long_as_it_is():
    shop = a_shop()
    set_week(shop.business.id, {6: [(0, 240)]})
    a_visit_to(shop, "2027-03-28 00:30", minutes=60)  # 01:30 to 03:30 on the wall.
    a_visit_to(shop, "2027-10-31 00:30", minutes=60)  # 02:30 to 02:30 on the wall.
    spring = seen(shop.business, now=at("2027-03-24 09:00")).weeks.this.days[date(2027, 3, 28)]
    assert (spring.minutes, spring.open, spring.percent) == (60, 180, 33)
    autumn = seen(shop.business, user=a_user(), now=at("2027-10-27 09:00")).weeks.this.days[
        date(2027, 10, 31)
    ]
    assert (autumn.minutes, autumn.open, autumn.percent) == (60, 300, 20)


def test_an_evening_past_midnight_belongs_to_the_day_it_began():
    shop = a_shop()
    set_week(shop.business.id, {4: [(1080, 1560)], 6: [(1080, 1560)]})
    a_visit_to(shop, "2027-03-05 23:30")  # Saturday, 00:30 in Berlin.
    a_visit_to(shop, "2027-02-28 23:30")  # Monday, 00:30: still the Sunday of last week.
    weeks = seen(shop.business).weeks
    assert weeks.counts == ([0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 1, 0, 0])
    assert weeks.this.days[date(2027, 3, 5)].open == 480


def test_without_such_an_evening_the_day_begins_at_midnight():
    shop = a_shop()
    a_visit_to(shop, "2027-03-02 23:00")
    a_visit_to(shop, "2027-03-01 22:59", minutes=5)
    assert seen(shop.business).weeks.counts[1] == [1, 0, 1, 0, 0, 0, 0]


def test_another_business_never_counts():
    shop, other = a_shop(), a_shop()
    a_visit_to(other, "10:00")
    assert seen(shop.business).weeks.this.total == Numbers(open=5 * OPEN)


def test_time_of_those_who_left_or_perform_nothing_is_not_open():
    shop = a_shop(people=2)
    hire(shop.business.id, "At the desk")
    assert seen(shop.business).weeks.this.days[MONDAY].open == 2 * OPEN


def test_staff_count_their_own_and_no_money():
    shop = a_shop(people=2)
    user = a_user()
    shop.people[1].user_id = user.id
    a_visit_to(shop, "10:00")
    a_visit_to(shop, "12:00", person=shop.people[1], minutes=30)
    a_visit_to(shop, "14:00", person=shop.people[1], status="cancelled")
    week = seen(shop.business, "staff", user).weeks.this
    assert week.days[MONDAY] == Numbers(1, None, 1, 0, 30, OPEN)
    assert week.total.cents is None
    assert seen(shop.business, "manager").weeks.this.days[MONDAY] == Numbers(2, 9000, 1, 0, 75, 2 * OPEN)


def test_staff_who_serve_nobody_have_a_week_of_nothing():
    shop = a_shop()
    a_visit_to(shop, "10:00")
    assert seen(shop.business, "staff").weeks.this.total == Numbers(cents=None)


def test_what_was_paid_in_another_currency_is_no_part_of_the_sum():
    shop = a_shop()
    a_visit_to(shop, "10:00")
    a_visit_to(shop, "12:00", currency="CHF")
    assert seen(shop.business).weeks.this.total.cents == 4500


def test_more_than_all_of_the_time_can_be_booked_and_closed_days_have_no_share():
    assert Numbers(minutes=90, open=60).percent == 150
    assert Numbers(minutes=90).percent is None
    assert seen(a_business()).weeks.this.total == Numbers()


def test_two_people_of_one_visit_both_work():
    shop = a_shop(people=2)
    add_need(shop.business.id, shop.service.id, [Server(shop.people[1].resource_id)])
    visit = a_visit(shop.business, at("10:00"), person=shop.person, minutes=60)
    second = {"starts_at": at("10:30"), "ends_at": at("11:00")}
    db.session.add(
        Allocation(
            business_id=shop.business.id,
            resource_id=shop.people[1].resource_id,
            appointment_id=visit.appointment_id,
            need=2,
            **second,
        )
    )
    assert seen(shop.business, now=NOW).weeks.this.days[MONDAY].minutes == 90
