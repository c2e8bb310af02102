"""What stands where: the rows come from the real acts, the places are wall minutes."""

from datetime import date, timedelta

import pytest

from app.appointments.calendar.columns import day_grid, week_grid
from app.appointments.calendar.people import team_of
from app.appointments.moving import move
from app.business_hours import away, special
from app.core import clock
from app.core.db import db
from app.schedule.models import ServiceNeedStretch
from app.schedule.serving import put_away
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute
from tests.factories import (
    a_booking,
    a_class_date,
    a_hold,
    a_membership,
    a_shop,
    berlin,
    by_the_system,
    rooms_of,
    set_week,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")

TUESDAY = date(2027, 3, 2)


def look(shop, day=TUESDAY, role="owner", who=(), user=None):
    """The columns of a day by name, as a member with this role sees them."""
    team = team_of(a_membership(shop.business, role, user), who)
    return {it.somebody.name: it for it in day_grid(shop.business, team, day, clock.now()).columns}


def spans(column):
    return [(it.start, it.end) for it in column.blocks]


def bands(column, kind):
    return [(it.start, it.end) for it in column.bands if it.kind == kind]


def test_a_booking_stands_with_its_person_at_its_time():
    shop = a_shop(people=2)
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.people[1])
    columns = look(shop)
    assert list(columns) == ["Maya", "Tomás"]
    assert spans(columns["Tomás"]) == [(600, 630)]
    assert spans(columns["Maya"]) == []
    assert columns["Maya"].opens == [(540, 1080)]
    assert bands(columns["Maya"], "closed") == [(0, 540), (1080, 2160)]


def test_a_room_has_a_column_and_shows_who_works_in_it():
    shop = a_shop()
    [room] = rooms_of(shop, "Chair")
    a_booking(shop, berlin("2027-03-02 10:00"))
    [block] = look(shop)["Chair"].blocks
    assert (block.start, block.taken.resource, block.performer) == (600, room, shop.person.resource_id)


def test_in_a_week_an_appointment_stands_once_though_it_takes_a_person_and_a_room():
    shop = a_shop()
    [room] = rooms_of(shop, "Chair")
    a_booking(shop, berlin("2027-03-02 10:00"))
    week = [TUESDAY + timedelta(days) for days in range(-1, 6)]
    membership = a_membership(shop.business)
    for who in ([], [room], [room, shop.person.resource_id]):
        grid = week_grid(shop.business, team_of(membership, who), week, clock.now())
        assert [spans(it) for it in grid.columns] == [[], [(600, 630)], [], [], [], [], []]


def test_buffers_stand_around_it_and_are_not_part_of_it():
    shop = a_shop(before_min=10, after_min=15)
    a_booking(shop, berlin("2027-03-02 10:00"))
    column = look(shop)["Maya"]
    assert spans(column) == [(600, 630)]
    assert bands(column, "buffer") == [(590, 600), (630, 645)]


def test_processing_time_splits_it_and_leaves_room_for_somebody_else():
    shop = a_shop(minutes=90)
    for start, end in ((0, 30), (60, 90)):
        db.session.add(
            ServiceNeedStretch(
                business_id=shop.business.id,
                service_id=shop.service.id,
                position=1,
                from_min=start,
                to_min=end,
            )
        )
    db.session.flush()
    a_booking(shop, berlin("2027-03-02 10:00"))
    column = look(shop)["Maya"]
    assert spans(column) == [(600, 630), (660, 690)]
    assert bands(column, "pause") == [(630, 660)]
    assert {block.taken.appointment for block in column.blocks} == {column.blocks[0].taken.appointment}


def test_a_break_and_the_hours_around_look_different():
    shop = a_shop()
    set_week(shop.business.id, {1: [(540, 720), (780, 1080)]}, shop.person.resource_id)
    column = look(shop)["Maya"]
    assert bands(column, "break") == [(720, 780)]
    assert bands(column, "closed") == [(0, 540), (1080, 2160)]


def test_time_off_is_shown_with_its_reason_to_managers_and_to_oneself_only():
    shop = a_shop(people=2)
    by_the_system(away.add_hours_off)(
        shop.business.id,
        berlin("2027-03-02 14:00"),
        berlin("2027-03-02 15:00"),
        resource_id=shop.person.resource_id,
        reason="Dentist",
    )
    user = a_membership(shop.business, "staff").user
    labels = {
        "manager": [it.label for it in look(shop, role="manager")["Maya"].bands if it.kind == "off"],
        "staff": [it.label for it in look(shop, role="staff")["Maya"].bands if it.kind == "off"],
    }
    shop.person.user_id = user.id
    db.session.flush()
    own = look(shop, role="staff", user=user)["Maya"]
    assert labels == {"manager": ["Dentist"], "staff": [None]}
    assert [(it.start, it.end, it.label) for it in own.bands if it.kind == "off"] == [(840, 900, "Dentist")]


def test_a_closure_of_the_business_is_in_every_column():
    shop = a_shop(people=2)
    by_the_system(special.set_special_day)(shop.business.id, TUESDAY, [], label="Spring clean")
    for column in look(shop).values():
        assert [(it.label, it.is_shop) for it in column.bands if it.kind == "off"] == [("Spring clean", True)]
        assert column.opens == []


def test_an_evening_past_midnight_belongs_to_the_day_it_began():
    shop = a_shop()
    set_week(shop.business.id, {1: [(20 * 60, 27 * 60)]})
    a_booking(shop, berlin("2027-03-03 01:30"))
    assert spans(look(shop)["Maya"]) == [(25 * 60 + 30, 26 * 60)]
    assert spans(look(shop, TUESDAY + timedelta(1))["Maya"]) == []


def test_on_the_night_the_clock_is_put_back_both_hours_stand_at_one_height_side_by_side():
    shop = a_shop(minutes=60)
    set_week(shop.business.id, {6: [(60, 240)]})
    shop.business.advance_days = 365
    first, second = berlin("2027-10-31 02:00"), berlin("2027-10-31 02:00").replace(fold=1)
    for at in (first, second):
        a_booking(shop, at, email=f"fold{at.fold}@example.com")
    column = look(shop, date(2027, 10, 31))["Maya"]
    assert spans(column) == [(120, 180), (120, 180)]
    assert [(it.lane, it.lanes) for it in column.blocks] == [(0, 2), (1, 2)]


def test_on_the_night_the_clock_is_put_forward_what_goes_over_the_missing_hour_is_as_high_as_the_clock_says():
    shop = a_shop(minutes=30)
    set_week(shop.business.id, {6: [(60, 300)]})
    a_booking(shop, berlin("2027-03-28 01:30"))
    assert spans(look(shop, date(2027, 3, 28))["Maya"]) == [(90, 180)]


def test_a_hold_is_there_until_it_runs_out(frozen):
    shop = a_shop()
    a_hold(shop, berlin("2027-03-02 10:00"))
    [block] = look(shop)["Maya"].blocks
    assert (block.taken.status, block.moves) == ("held", False)
    frozen.shift(3600)
    assert spans(look(shop)["Maya"]) == []


def test_what_was_squeezed_in_says_so_though_only_a_part_of_it_overlaps():
    shop = a_shop(minutes=60)
    a_booking(shop, berlin("2027-03-02 10:00"))
    other = a_booking(shop, berlin("2027-03-02 12:00"), email="kai@example.com")
    by_the_system(move)(
        shop.business,
        other.appointment,
        start=epoch_minute(berlin("2027-03-02 10:30")),
        despite=frozenset(Refusal),
    )
    blocks = look(shop)["Maya"].blocks
    assert [(it.start, it.end, it.taken.squeezed, it.lane, it.lanes) for it in blocks] == [
        (600, 660, False, 0, 2),
        (630, 690, True, 1, 2),
    ]


def test_a_class_is_one_block_with_its_places_and_is_not_dragged():
    shop = a_shop(minutes=60, capacity=8)
    a_class_date(shop, berlin("2027-03-02 18:00"))
    [block] = look(shop)["Maya"].blocks
    assert (block.taken.places_taken, block.taken.capacity, block.moves) == (0, 8, False)
    assert block.taken.customer is None


def test_staff_see_of_a_colleagues_appointment_only_that_time_is_taken():
    shop = a_shop(people=2)
    user = a_membership(shop.business, "staff").user
    shop.people[0].user_id = user.id
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.people[0])
    a_booking(shop, berlin("2027-03-02 10:00"), person=shop.people[1])
    columns = look(shop, role="staff", user=user)
    assert [it.opens for it in columns["Maya"].blocks] == [True]
    assert [(it.opens, it.moves) for it in columns["Tomás"].blocks] == [(False, False)]


def test_who_was_chosen_is_shown_also_when_they_left_and_nobody_of_another_business():
    shop, other = a_shop(people=2), a_shop()
    columns = look(shop, who=[shop.people[1].resource_id, other.person.resource_id])
    assert list(columns) == ["Tomás"]
    by_the_system(put_away)(shop.business.id, shop.people[1].resource_id)
    assert list(look(shop)) == ["Maya"]
    assert list(look(shop, who=[shop.people[1].resource_id])) == ["Tomás"]


def test_hours_shown_reach_an_hour_beyond_what_there_is():
    shop = a_shop()
    team = team_of(a_membership(shop.business))
    grid = day_grid(shop.business, team, TUESDAY, clock.now())
    assert grid.hours == (8, 19)
    sunday = day_grid(shop.business, team, TUESDAY + timedelta(5), clock.now())
    assert sunday.hours == (8, 18)
