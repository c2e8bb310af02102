"""Every other edit that touches the future asks first as well: hours, people, rooms, services, classes."""

from datetime import date

import pytest
from sqlalchemy import select

from app.appointments.class_times import take_off_timetable
from app.appointments.impact.affected import Why, affected, standings
from app.appointments.impact.around import Around
from app.appointments.models import Appointment, Booking
from app.business_hours.models import TimeOff
from app.business_hours.special import find_special_day
from app.business_hours.special import set_special_day as write_special_day
from app.core import clock
from app.core.db import db
from app.schedule.models import Allocation, ClassTime, Resource
from app.services.offering import change_service
from tests.factories import (
    a_booking,
    a_hold,
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


set_special_day = by_the_system(write_special_day)


def fields_of(client, path):
    """What the form of a page sends as it stands, but its boxes."""
    form = soup(client.get(path)).select_one("main form[method=post]")
    sent = {
        it["name"]: it.get("value", "") for it in form.select("input[name]") if it.get("type") != "checkbox"
    }
    for it in form.select("select"):
        sent[it["name"]] = (it.select_one("option[selected]") or it.select_one("option"))["value"]
    return sent


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


def a_long_day(shop, day=date(2027, 3, 2)):
    """A date that is open longer than its weekday, with a booking in the hours that only it has."""
    set_special_day(shop.business.id, day, [(540, 1320)])
    return a_booking(shop, berlin(f"{day} 20:00"), person=shop.person)


def test_a_special_day_that_is_removed_asks_about_its_own_hours(shop, manager):
    late = a_long_day(shop)
    page = f"{home(shop)}/hours/special-days/2027-03-02"
    answer = manager.post(f"{page}/removal")
    assert whys(answer) == ["Closed then"]
    assert soup(answer).find("a", string="Change nothing")["href"] == page
    assert find_special_day(shop.business.id, date(2027, 3, 2))
    assert decide(manager, answer, {late.appointment_id: "cancel"}).status_code == 303
    assert find_special_day(shop.business.id, date(2027, 3, 2)) is None
    assert again(late).status == "cancelled"


def test_a_special_day_that_is_put_back_asks_about_what_was_booked_meanwhile(shop, manager):
    set_special_day(shop.business.id, date(2027, 3, 2), ())
    page = f"{home(shop)}/hours/special-days"
    manager.post(f"{page}/2027-03-02/removal")
    meanwhile = a_booking(shop, berlin("2027-03-02 10:00"))
    answer = manager.post(f"{page}/return")
    assert whys(answer) == ["Closed then"]
    assert soup(answer).find("a", string="Change nothing")["href"] == page
    assert find_special_day(shop.business.id, date(2027, 3, 2)) is None
    assert decide(manager, answer, {meanwhile.appointment_id: "cancel"}).status_code == 303
    assert find_special_day(shop.business.id, date(2027, 3, 2))


def test_time_off_that_is_put_back_asks_about_what_was_booked_meanwhile(shop, manager):
    off = TimeOff(
        business_id=shop.business.id,
        resource_id=shop.person.resource_id,
        first_on=date(2027, 3, 2),
        last_on=date(2027, 3, 2),
    )
    db.session.add(off)
    db.session.flush()
    page = f"{home(shop)}/staff/{shop.person.resource_id}/hours/time-off"
    assert manager.post(f"{page}/{off.id}/removal").status_code == 303
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.person)
    answer = manager.post(f"{page}/return")
    assert whys(answer) == ["Maya is not there then"]
    assert soup(answer).find("a", string="Change nothing")["href"] == page
    assert not db.session.scalars(select(TimeOff)).all()
    assert decide(manager, answer).status_code == 303
    assert len(db.session.scalars(select(TimeOff)).all()) == 1


def test_public_holidays_ask_about_what_is_booked_on_them(shop, manager):
    shop.business.advance_days = 60
    booking = a_booking(shop, berlin("2027-03-29 10:00"))  # Easter Monday.
    page = f"{home(shop)}/hours/public-holidays"
    days = [it["value"] for it in soup(manager.get(page)).select("input[name=days]")]
    assert "2027-03-29" in days
    answer = manager.post(page, data={"days": days})
    assert whys(answer) == ["Closed then"]
    assert find_special_day(shop.business.id, date(2027, 3, 29)) is None
    assert decide(manager, answer, {booking.appointment_id: "cancel"}).status_code == 303
    assert all(find_special_day(shop.business.id, date.fromisoformat(it)) for it in days)


def places_of(client, page):
    """Two places, for the date as its page shows it."""
    return {"version": soup(client.get(page)).select_one("[name=version]")["value"], "places": "2"}


def test_a_date_with_fewer_places_than_people_is_asked_about(app, frozen):
    shop = a_shop(capacity=8)
    manager = signed_in(app, a_membership(shop.business, "manager").user)
    first, second = a_timetable(shop).dates[:2]
    for name in ("ann", "ben", "cem"):
        a_booking(shop, first.starts_at, f"{name}@example.com")
    page = f"{home(shop)}/services/{shop.service.id}/dates"
    answer = manager.post(f"{page}/{first.id}/places", data=places_of(manager, f"{page}/{first.id}"))
    assert whys(answer) == ["More people than places"]
    assert soup(answer).find("a", string="Change nothing")["href"] == f"{page}/{first.id}"
    db.session.refresh(first)
    assert first.capacity == 8
    assert decide(manager, answer).status_code == 303
    db.session.refresh(first)
    assert (first.capacity, first.places_taken) == (2, 3)
    data = places_of(manager, f"{page}/{second.id}")
    assert manager.post(f"{page}/{second.id}/places", data=data).status_code == 303


def test_rules_about_booking_touch_nothing_that_is_booked(shop, manager):
    """Notice, window, limits and a service that is put away are for those who book from now on."""
    booking = a_booking(shop, berlin("2027-03-02 10:00"), person=shop.person)
    path = f"{home(shop)}/services/{shop.service.id}/retirement"
    assert manager.post(path).status_code == 303
    assert again(booking).status == "confirmed"
    policy = fields_of(manager, f"{home(shop)}/settings/policy") | {"amount": "3", "unit": "days"}
    assert manager.post(f"{home(shop)}/settings/policy", data=policy).status_code == 303


def test_what_is_on_hold_on_a_day_that_is_taken_off_is_let_go(shop, manager):
    held, free = (
        a_hold(shop, berlin("2027-03-02 10:00"), person=shop.person),
        a_hold(shop, berlin("2027-03-03 10:00")),
    )
    data = {"kind": "days", "first_on": "2027-03-02"}
    path = f"{home(shop)}/staff/{shop.person.resource_id}/hours/time-off"
    assert manager.post(path, data=data).status_code == 303
    assert (again(held).status, again(free).status) == ("expired", "held")


def test_what_is_on_hold_stays_so_while_nothing_is_decided(shop, manager):
    held = a_hold(shop, berlin("2027-03-02 10:00"), person=shop.person)
    booking = a_booking(shop, berlin("2027-03-02 11:00"), person=shop.person)
    data = {"kind": "days", "first_on": "2027-03-02"}
    answer = manager.post(f"{home(shop)}/staff/{shop.person.resource_id}/hours/time-off", data=data)
    assert len(whys(answer)) == 1
    assert again(held).status == "held"
    assert decide(manager, answer, {booking.appointment_id: "cancel"}).status_code == 303
    assert again(held).status == "expired"
