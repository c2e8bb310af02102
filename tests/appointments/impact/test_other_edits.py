"""Every other edit that touches the future asks first as well: hours, people, rooms, services, classes."""

from datetime import date

import pytest
from sqlalchemy import select

from app.appointments.class_times import take_off_timetable
from app.appointments.impact.affected import Why, affected, standings
from app.appointments.impact.around import Around
from app.appointments.models import Appointment, Booking
from app.core import clock
from app.core.db import db
from app.schedule.models import Allocation, ClassTime, Resource
from app.services.offering import change_service
from tests.factories import (
    a_booking,
    a_membership,
    a_shop,
    a_timetable,
    berlin,
    by_the_system,
    rooms_of,
    set_week,
    signed_in,
)
from tests.impact import choices, decide
from tests.reading import soup, words


@pytest.fixture
def shop(app, frozen):
    return a_shop(2)


@pytest.fixture
def manager(app, shop):
    return signed_in(app, a_membership(shop.business, "owner").user)


def home(shop):
    return f"/manage/{shop.business.slug}"


def again(booking):
    return db.session.get(Booking, (booking.business_id, booking.id), populate_existing=True)


def whys(answer):
    return [words(it) for it in soup(answer).select(".impact-why")]


def is_active(resource_id, shop):
    return db.session.get(Resource, (shop.business.id, resource_id), populate_existing=True).active


def test_who_leaves_gives_what_is_ahead_to_others_and_is_gone_only_then(shop, manager):
    booking = a_booking(shop, berlin("2027-03-02 10:00"), person=shop.person)
    maya = shop.person.resource_id
    path = f"{home(shop)}/staff/{maya}/departure"
    answer = manager.post(path)
    assert whys(answer) == ["Maya does not do this any more"]
    assert is_active(maya, shop)
    assert decide(manager, answer, {booking.appointment_id: "give"}).status_code == 303
    assert not is_active(maya, shop)
    rows = select(Allocation.resource_id).filter_by(business_id=shop.business.id, live=True)
    assert set(db.session.scalars(rows)) == {shop.people[1].resource_id}
    assert again(booking).performer_name == "Tomás"


def test_a_room_out_of_use_asks_for_what_is_booked_in_it(shop, manager):
    room, _other = rooms_of(shop, "One", "Two")
    a_booking(shop, berlin("2027-03-02 10:00"))
    answer = manager.post(f"{home(shop)}/rooms/{room}/removal")
    assert whys(answer) == ["One does not do this any more"]
    assert is_active(room, shop)
    assert any(it.startswith("Move it to Tue 2 Mar, 10:00") for it in next(iter(choices(answer).values())))
    assert decide(manager, answer).status_code == 303
    assert not is_active(room, shop)


def test_a_longer_service_asks_and_what_is_booked_keeps_its_length(shop, manager):
    booking = a_booking(shop, berlin("2027-03-02 10:00"))
    around = Around(service_id=shop.service.id)
    before = standings(shop.business, around, clock.now())
    by_the_system(change_service)(shop.service, minutes=45)
    found = affected(before, standings(shop.business, around, clock.now()))
    assert [it.why for it in found.troubles[booking.appointment_id]] == [Why.OTHERWISE]
    assert again(booking).minutes == 30


def test_what_lay_outside_before_is_not_blamed_on_the_change(shop):
    early = a_booking(shop, berlin("2027-03-02 09:00"))
    late = a_booking(shop, berlin("2027-03-02 17:00"))
    set_week(shop.business.id, dict.fromkeys(range(5), [(600, 1080)]))
    before = standings(shop.business, Around(), clock.now())
    set_week(shop.business.id, dict.fromkeys(range(5), [(600, 1000)]))
    found = affected(before, standings(shop.business, Around(), clock.now()))
    assert list(found.troubles) == [late.appointment_id]
    assert early.appointment_id not in found.troubles


def test_other_people_and_other_days_are_not_asked_about(shop, manager):
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.people[1])
    path = f"{home(shop)}/staff/{shop.person.resource_id}/departure"
    assert manager.post(path).status_code == 303


def test_the_dates_of_a_class_time_that_ends_are_asked_about(app, frozen):
    shop = a_shop(capacity=8, minutes=60)
    laid = a_timetable(shop)
    first = laid.dates[0]
    booking = a_booking(shop, first.starts_at)
    before = standings(shop.business, Around(service_id=shop.service.id), clock.now())
    class_time = db.session.scalar(select(ClassTime).filter_by(business_id=shop.business.id))
    by_the_system(take_off_timetable)(shop.business, class_time, date(2027, 3, 1))
    found = affected(before, standings(shop.business, Around(service_id=shop.service.id), clock.now()))
    assert [it.why for it in found.troubles[booking.appointment_id]] == [Why.ENDED]
    assert db.session.get(Appointment, (shop.business.id, booking.appointment_id)).live
