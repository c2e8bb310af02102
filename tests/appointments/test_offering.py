"""What a page offers where the plain cases do not show it."""

from datetime import date, timedelta

import pytest

from app.appointments.choosing import Choice, Chosen
from app.appointments.confirming import confirm
from app.appointments.free_times import next_times
from app.appointments.holding import hold
from app.appointments.offering import offer
from app.appointments.placing import Wish
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from tests.factories import (
    a_business,
    a_shop,
    a_visitor,
    add_need,
    add_resource,
    add_service,
    berlin,
    set_week,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")


def starts(times):
    return [time.wire[:16] for time in times]


def test_other_times_are_near_the_one_that_was_wanted_however_far_ahead():
    shop = a_shop(advance_days=90)
    wanted = epoch_minute(berlin("2027-04-12 10:00"))
    found = next_times(shop.business, Wish(shop.service.id, wanted), clock.now())
    assert starts(found) == ["2027-04-12T10:00", "2027-04-12T10:15", "2027-04-12T10:30"]


def test_where_nothing_comes_after_the_first_times_there_are_do():
    shop = a_shop(advance_days=7)
    late = epoch_minute(berlin("2027-03-08 17:45"))
    assert (
        starts(next_times(shop.business, Wish(shop.service.id, late), clock.now()))[0] == "2027-03-01T10:00"
    )


def test_a_start_after_midnight_is_found_on_the_evening_it_belongs_to():
    shop = a_shop()
    set_week(shop.business.id, dict.fromkeys(range(5), [(18 * 60, 26 * 60)]))
    found = offer(
        shop.business,
        Choice((Chosen(shop.service),), start=epoch_minute(berlin("2027-03-03 00:30"))),
        clock.now(),
    )
    assert (found.day, found.lost) == (date(2027, 3, 2), False)
    assert found.chosen is not None


def test_hours_that_ran_out_are_taken_again_as_long_as_they_were(frozen):
    business = a_business(notice_amount=0)
    set_week(business.id, dict.fromkeys(range(5), [(540, 1080)]))
    court = add_resource(business.id, "space", "Court")
    hours = {"unit": "hour", "step_min": 60, "min_units": 1, "max_units": 4}
    service = add_service(business.id, "Court", minutes=None, price_cents=2000, **hours)
    add_need(business.id, service.id, [Server(court.id)], kind="space")
    start = epoch_minute(berlin("2027-03-02 10:00"))
    booking = hold(
        business, Wish(service.id, start, end=start + 180), a_visitor(), by=VISITOR, now=clock.now()
    )
    assert booking.minutes == 180
    frozen.shift(timedelta(minutes=11))
    hold(business, Wish(service.id, start + 300, end=start + 360), a_visitor(), by=VISITOR, now=clock.now())
    db.session.flush()
    contact = Contact("Sam", "sam@example.com")
    confirm(business, booking, contact, by=VISITOR, now=clock.now(), host="book.example")
    assert (booking.status, booking.minutes) == ("confirmed", 180)


def test_a_start_after_midnight_on_the_first_day_of_a_strip_leads_to_the_strip_before():
    shop = a_shop()
    set_week(shop.business.id, dict.fromkeys(range(7), [(18 * 60, 26 * 60)]))
    start = epoch_minute(berlin("2027-03-08 00:30"))
    found = offer(shop.business, Choice((Chosen(shop.service),), start=start), clock.now())
    assert (found.day, found.days[0].on) == (date(2027, 3, 7), date(2027, 3, 1))
    assert found.chosen is not None
    assert all(day.times for day in found.days)
