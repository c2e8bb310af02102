"""A member squeezes something in on top of what is taken, and what gives way makes room for it again."""

import pytest

from app.appointments.cancelling import cancel
from app.appointments.moving import move
from app.appointments.overriding import overridable
from app.appointments.refusals import SlotTaken
from app.core import clock
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute
from tests.appointments.looking import appointment_of, events, taken
from tests.factories import ANNA, a_booking, a_class_date, a_hold, a_shop, a_visit, berlin, rooms_of

pytestmark = pytest.mark.usefixtures("app", "frozen")
TUESDAY = "2027-03-02 "
ALL = overridable("manager")


def moved(shop, booking, to, despite=(), **more):
    appointment = appointment_of(booking)
    start = epoch_minute(berlin(TUESDAY + to))
    more = {"by": ANNA, "now": clock.now()} | more
    move(shop.business, appointment, start=start, despite=despite, **more)
    return appointment


def a_squeezed_shop():
    """One at 10:00, and another of 10:15 to 10:45 squeezed in over it."""
    shop = a_shop()
    first = a_booking(shop, berlin(TUESDAY + "10:00"))
    second = a_booking(shop, berlin(TUESDAY + "14:00"), "sam@example.com")
    moved(shop, second, "10:15", ALL, reason="a regular in pain")
    return shop, first, second


def times(booking):
    return [f"{start[4:]}-{end}" for _, start, end in taken(appointment_of(booking))]


def test_only_the_part_that_overlaps_is_out_of_the_guard_and_it_is_known_who_and_why():
    _, first, second = a_squeezed_shop()
    assert (times(first), times(second)) == (["10:00-10:30"], ["10:15-10:30*", "10:30-10:45"])
    event = events("appointment.moved")[-1]
    assert event.changes["overridden"] == [None, ["busy"]]
    assert (event.actor_name, event.reason) == ("Anna", "a regular in pain")


def test_staff_do_not_squeeze_in():
    shop = a_shop()
    a_booking(shop, berlin(TUESDAY + "10:00"))
    second = a_booking(shop, berlin(TUESDAY + "14:00"), "sam@example.com")
    with pytest.raises(SlotTaken):
        moved(shop, second, "10:00", overridable("staff"))
    assert times(second) == ["14:00-14:30"]


def test_what_is_squeezed_in_is_in_the_way_of_customers():
    shop, first, _ = a_squeezed_shop()
    cancel(shop.business, first, by=ANNA, now=clock.now())
    with pytest.raises(SlotTaken):
        a_hold(shop, berlin(TUESDAY + "10:30"))
    with pytest.raises(SlotTaken):
        a_hold(shop, berlin(TUESDAY + "10:00"))


def test_it_is_guarded_again_when_the_other_one_is_cancelled():
    shop, first, second = a_squeezed_shop()
    cancel(shop.business, first, by=ANNA, now=clock.now())
    assert times(second) == ["10:15-10:30", "10:30-10:45"]


def test_it_is_guarded_again_when_the_other_one_moves_away():
    shop, first, second = a_squeezed_shop()
    moved(shop, first, "12:00")
    assert times(second) == ["10:15-10:30", "10:30-10:45"]


def test_it_is_whole_again_when_it_moves_itself():
    shop, _, second = a_squeezed_shop()
    moved(shop, second, "15:00")
    assert times(second) == ["15:00-15:30"]


def test_a_room_that_is_taken_can_be_shared_when_a_manager_says_so():
    shop = a_shop(people=2)
    rooms_of(shop, "One")
    first = a_booking(shop, berlin(TUESDAY + "10:00"), person=shop.people[0])
    second = a_booking(shop, berlin(TUESDAY + "14:00"), "sam@example.com", person=shop.people[1])
    with pytest.raises(SlotTaken):
        moved(shop, second, "10:00", {Refusal.BUSY})
    moved(shop, second, "10:00", {Refusal.NO_ROOM})
    assert times(first) == ["10:00-10:30", "10:00-10:30"]
    assert times(second) == ["10:00-10:30", "10:00-10:30*"]


def test_a_class_is_squeezed_in_like_anything_else():
    shop = a_shop(capacity=8)
    date = a_class_date(shop, berlin(TUESDAY + "14:00"))
    a_visit(shop.business, berlin(TUESDAY + "10:15"), person=shop.person, minutes=30)
    to = {"start": epoch_minute(berlin(TUESDAY + "10:00")), "by": ANNA, "now": clock.now()}
    with pytest.raises(SlotTaken):
        move(shop.business, date, **to)
    move(shop.business, date, **to, despite=ALL)
    assert [row[2] for row in taken(date)] == ["10:15", "10:30*"]
