"""Squeezing in and healing: only what really overlaps is left out of the guard, and only for as long."""

import pytest

from app.core import clock
from app.core.db import db
from app.schedule.allocating import _guard, allocate, heal, release, taken_by
from app.schedule.models import Allocation
from app.schedule.stretches import Stretch
from app.schedule.wall_clock import epoch_minute
from tests.appointments.looking import appointment_of, taken
from tests.factories import a_shop, a_visit, berlin

pytestmark = pytest.mark.usefixtures("app", "frozen")


def at(clock_time):
    return epoch_minute(berlin("2027-03-02 " + clock_time))


def a_row(shop, start, end, squeeze=False, person=None):
    """An appointment that takes just this; None when it is taken."""
    visit = a_visit(shop.business, berlin("2027-03-02 " + start))
    appointment = appointment_of(visit)
    resource = (person or shop.person).resource_id
    with db.session.begin_nested():
        release(shop.business.id, appointment.id)
        stretch = Stretch(1, resource, at(start), at(end))
        done = allocate(shop.business.id, appointment.id, [stretch], squeeze=squeeze)
    return appointment if done else None


def times(appointment):
    return [f"{start[4:]}-{end}" for _, start, end in taken(appointment)]


def test_what_is_taken_is_refused_and_squeezed_in_only_where_it_overlaps():
    shop = a_shop()
    a_row(shop, "10:00", "10:30")
    a_row(shop, "11:00", "11:30")
    assert a_row(shop, "10:15", "12:00") is None
    squeezed = a_row(shop, "10:15", "12:00", squeeze=True)
    assert times(squeezed) == ["10:15-10:30*", "10:30-11:00", "11:00-11:30*", "11:30-12:00"]


def test_what_is_not_taken_is_guarded_even_when_squeezed():
    shop = a_shop(people=2)
    a_row(shop, "10:00", "11:00", person=shop.people[1])
    assert times(a_row(shop, "10:00", "11:00", squeeze=True)) == ["10:00-11:00"]


def test_over_what_is_squeezed_in_itself_another_is_guarded():
    shop = a_shop()
    first = a_row(shop, "10:00", "10:30")
    a_row(shop, "10:00", "10:30", squeeze=True)
    release(shop.business.id, first.id)
    assert times(a_row(shop, "10:00", "10:30", squeeze=True)) == ["10:00-10:30"]


def test_the_guarded_rest_of_a_squeeze_in_keeps_others_out():
    shop = a_shop()
    a_row(shop, "10:00", "10:30")
    a_row(shop, "10:15", "11:00", squeeze=True)
    assert a_row(shop, "10:45", "11:15") is None


def test_a_squeeze_in_is_guarded_again_once_it_has_room():
    shop = a_shop()
    first = a_row(shop, "10:00", "10:30")
    squeezed = a_row(shop, "10:15", "11:00", squeeze=True)
    now = clock.now()
    assert heal(shop.business.id, now) == 0
    release(shop.business.id, first.id)
    assert heal(shop.business.id, now) == 1
    assert times(squeezed) == ["10:15-10:30", "10:30-11:00"]
    assert heal(shop.business.id, now) == 0


def test_what_still_has_no_room_costs_one_look(queries):
    shop = a_shop()
    a_row(shop, "10:00", "10:30")
    a_row(shop, "10:15", "11:00", squeeze=True)
    with queries() as seen:
        heal(shop.business.id, clock.now())
    assert len(seen) == 1


def test_of_two_squeezed_in_at_one_time_the_first_is_guarded_again():
    shop = a_shop()
    first = a_row(shop, "10:00", "10:30")
    one, two = (a_row(shop, "10:00", "10:30", squeeze=True) for _ in range(2))
    release(shop.business.id, first.id)
    assert heal(shop.business.id, clock.now()) == 1
    assert (times(one), times(two)) == (["10:00-10:30"], ["10:00-10:30*"])


def test_what_is_over_or_of_another_business_is_left_as_it_is(frozen):
    shop, other = a_shop(), a_shop()
    first = a_row(shop, "10:00", "10:30")
    squeezed = a_row(shop, "10:00", "10:30", squeeze=True)
    release(shop.business.id, first.id)
    assert heal(other.business.id, clock.now()) == 0
    frozen.move_to(berlin("2027-03-02 10:30"))
    assert heal(shop.business.id, clock.now()) == 0
    assert times(squeezed) == ["10:00-10:30*"]


def test_what_a_writer_without_the_lock_put_there_meanwhile_is_no_error():
    shop = a_shop()
    a_row(shop, "10:00", "10:30")
    squeezed = a_row(shop, "10:00", "10:30", squeeze=True)
    [row] = db.session.query(Allocation.id).filter_by(appointment_id=squeezed.id)
    assert _guard(shop.business.id, row.id) is False
    assert times(squeezed) == ["10:00-10:30*"]


def test_what_was_taken_comes_by_need_and_start_with_what_was_asked_for():
    shop = a_shop()
    appointment = a_row(shop, "10:00", "10:30")
    with db.session.begin_nested():
        release(shop.business.id, appointment.id)
        mine = shop.person.resource_id
        pieces = [Stretch(1, mine, at("12:00"), at("12:30")), Stretch(1, mine, at("11:00"), at("11:30"))]
        assert allocate(shop.business.id, appointment.id, pieces, asked=[mine])
    found = taken_by(shop.business.id, appointment.id)
    assert [(it.stretch.start, it.asked) for it in found] == [(at("11:00"), True), (at("12:00"), True)]
