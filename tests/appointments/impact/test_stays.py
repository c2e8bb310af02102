"""A stay of several nights: a day in the middle of it that is taken off is asked about like its first."""

from datetime import date, time

import pytest
from sqlalchemy import select

from app.appointments.booking import Decision, book
from app.appointments.placing import Wish
from app.appointments.upcoming import bookings_outside
from app.business_hours.away import add_days_off
from app.business_hours.models import TimeOff
from app.core import clock
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.serving import Server
from app.schedule.wall_clock import epoch_minute
from tests.factories import (
    ANNA,
    a_business,
    a_membership,
    add_need,
    add_resource,
    add_service,
    berlin,
    signed_in,
)
from tests.impact import decide
from tests.reading import soup, words

OLIVIA = Decision(Contact("Olivia Park", "olivia@example.com"), "book.example")


@pytest.fixture
def business(app, frozen):
    return a_business(notice_amount=0)


@pytest.fixture
def flat(business):
    return add_resource(business.id, "space", "Flat").id


@pytest.fixture
def stay(business, flat):
    """From Monday the first to Friday the fifth of March at eleven."""
    columns = {"arrival": time(15), "departure": time(11), "max_units": 5}
    nights = add_service(business.id, "Flat", unit="night", minutes=None, price_cents=9000, **columns)
    add_need(business.id, nights.id, [Server(flat)], "space")
    wish = Wish(
        nights.id, epoch_minute(berlin("2027-03-01 15:00")), end=epoch_minute(berlin("2027-03-05 11:00"))
    )
    return book(business, wish, OLIVIA, by=ANNA, now=clock.now())[0]


@pytest.fixture
def manager(app, business):
    return signed_in(app, a_membership(business, "manager").user)


def out_of_use(business, flat, manager, day):
    path = f"/manage/{business.slug}/rooms/{flat}/hours/time-off"
    return manager.post(path, data={"kind": "days", "first_on": day})


@pytest.mark.parametrize("day", ["2027-03-01", "2027-03-03", "2027-03-04"])
def test_a_room_out_of_use_on_any_night_of_a_stay_asks_what_becomes_of_it(business, flat, stay, manager, day):
    answer = out_of_use(business, flat, manager, day)
    assert [words(it) for it in soup(answer).select(".impact-why")] == ["Flat is not there then"]
    assert not db.session.scalars(select(TimeOff)).all()
    assert decide(manager, answer, {stay.appointment_id: "cancel"}).status_code == 303
    assert len(db.session.scalars(select(TimeOff)).all()) == 1


def test_the_day_of_departure_may_be_off(business, flat, stay, manager):
    assert out_of_use(business, flat, manager, "2027-03-05").status_code == 303


def test_a_special_day_without_hours_inside_a_stay_is_asked_about(business, stay, manager):
    page = f"/manage/{business.slug}/hours/special-days"
    answer = manager.post(page, data={"on": "2027-03-03", "label": ""})
    assert [words(it) for it in soup(answer).select(".impact-why")] == ["Closed then"]


@pytest.mark.parametrize(("day", "is_outside"), [(3, True), (4, True), (5, False)])
def test_what_is_not_open_for_every_night_is_listed(business, flat, stay, day, is_outside):
    day = date(2027, 3, day)
    add_days_off(business.id, day, day, flat, by=ANNA, now=clock.now())
    assert bookings_outside(business, flat, now=clock.now()).count == is_outside
    assert bookings_outside(business, now=clock.now()).count == 0
