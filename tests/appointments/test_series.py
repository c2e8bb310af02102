"""One visit on many dates."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.appointments.booking import Decision
from app.appointments.models import Appointment, Booking
from app.appointments.placing import Wish
from app.appointments.series import DatesTaken, book_series, look_at_series
from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.loading import Part
from app.schedule.serving import Server, put_away
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute
from tests.factories import ANNA, a_booking, a_shop, a_wish, add_need, add_service, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")
FIRST = berlin("2027-03-02 10:00")
DECISION = Decision(Contact("Olivia Park", "olivia@example.com"), "book.example")


def weekly(shop, times=4, **more):
    """The same clock time on so many Tuesdays, over the change of the clocks too."""
    return [replace(a_wish(shop, FIRST + timedelta(weeks=n)), **more) for n in range(times)]


def booked(shop, wishes, decision=DECISION):
    return book_series(shop.business, wishes, decision, by=ANNA, now=clock.now())


def test_every_date_is_booked_at_the_same_time_on_the_wall():
    shop = a_shop()
    visits = booked(shop, weekly(shop, 6))
    bookings = [booking for visit in visits for booking in visit]
    assert {it.status for it in bookings} == {"confirmed"}
    assert len({it.series for it in bookings}) == 1
    assert bookings[0].series is not None
    assert len({it.visit for it in bookings}) == 6
    assert {it.local_start.strftime("%A %H:%M") for it in bookings} == {"Tuesday 10:00"}


def test_one_date_that_is_taken_refuses_all_and_says_which():
    shop = a_shop()
    a_booking(shop, FIRST + timedelta(weeks=2))
    with pytest.raises(DatesTaken) as refused:
        booked(shop, weekly(shop))
    assert [date.refusal for date in refused.value.dates] == [None, None, Refusal.BUSY, None]
    assert db.session.query(Booking).count() == db.session.query(Appointment).count() == 1


def test_each_date_has_a_reason_of_its_own():
    shop = a_shop()
    shop.business.advance_days = 15
    db.session.flush()
    a_booking(shop, FIRST)
    saturday = replace(weekly(shop, 1)[0], start=epoch_minute(FIRST + timedelta(days=4)))
    wishes = [*weekly(shop, 3)[:2], saturday, *weekly(shop, 4)[3:]]
    dates = look_at_series(shop.business, wishes, clock.now())
    assert [date.refusal for date in dates] == [Refusal.BUSY, None, Refusal.CLOSED, Refusal.TOO_FAR]


def test_dates_of_one_series_stand_in_each_others_way():
    shop = a_shop()
    twice = weekly(shop, 1) * 2
    assert [date.refusal for date in look_at_series(shop.business, twice, clock.now())] == [
        None,
        Refusal.BUSY,
    ]


def test_a_date_may_be_given_to_somebody_else():
    shop = a_shop(2)
    maya, tomas = (person.resource_id for person in shop.people)
    a_booking(shop, FIRST + timedelta(weeks=1), person=shop.person)
    wishes = weekly(shop, 3, person_id=maya)
    with pytest.raises(DatesTaken):
        booked(shop, wishes)
    wishes[1] = replace(wishes[1], person_id=tomas)
    assert [visit[0].performer_name for visit in booked(shop, wishes)] == ["Maya", "Tomás", "Maya"]


def test_a_member_may_book_dates_beyond_the_window():
    shop = a_shop()
    shop.business.advance_days = 10
    db.session.flush()
    assert len(booked(shop, weekly(shop), replace(DECISION, despite={Refusal.TOO_FAR}))) == 4


def test_a_series_of_visits_with_several_services():
    shop = a_shop()
    beard = add_service(shop.business.id, "Beard", minutes=20, price_cents=2000)
    add_need(shop.business.id, beard.id, [Server(shop.person.resource_id)])
    wishes = [Wish(shop.service.id, it.start, then=(Part(beard.id),)) for it in weekly(shop, 3)]
    assert [[it.service_name for it in visit] for visit in booked(shop, wishes)] == [["Haircut", "Beard"]] * 3
    a_late = [replace(it, start=it.start + 30) for it in wishes]
    assert {date.refusal for date in look_at_series(shop.business, a_late, clock.now())} == {Refusal.BUSY}


def test_a_customer_limit_counts_the_dates_before():
    shop = a_shop(customer_limit=3)
    with pytest.raises(DatesTaken) as refused:
        booked(shop, weekly(shop))
    assert [date.refusal for date in refused.value.dates] == [None, None, None, Refusal.LIMIT]


def test_a_series_is_of_one_kind():
    shop = a_shop()
    other = replace(weekly(shop, 1)[0], service_id=shop.service.id + 1)
    with pytest.raises(ValueError, match="one visit"):
        look_at_series(shop.business, [*weekly(shop, 1), other], clock.now())


def test_looking_at_a_year_asks_the_database_as_often_as_at_a_week(queries):
    shop = a_shop()
    shop.business.advance_days = 400
    db.session.commit()
    counts = []
    for dates in (1, 50):
        wishes = weekly(shop, dates)
        assert shop.business.zone
        with queries() as sent:
            look_at_series(shop.business, wishes, clock.now())
        counts.append(len(sent))
    assert counts == [4, 4]


def test_nobody_to_take_a_date_is_no_date_whatever_was_decided():
    shop = a_shop()
    put_away(shop.business.id, shop.person.resource_id, by=ANNA, now=clock.now())
    with pytest.raises(DatesTaken):
        booked(shop, weekly(shop), replace(DECISION, despite=set(Refusal)))
