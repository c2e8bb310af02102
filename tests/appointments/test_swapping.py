import pytest

from app.appointments.cancelling import cancel
from app.appointments.changing import ChangedMeanwhile
from app.appointments.moving import move
from app.appointments.overriding import overridable
from app.appointments.refusals import AlreadyOver, NotOffered, SlotTaken
from app.appointments.swapping import swap
from app.core import clock
from app.core.db import db
from app.schedule.serving import put_away
from app.schedule.wall_clock import epoch_minute
from tests.appointments.looking import appointment_of, events, state, taken
from tests.factories import ANNA, a_booking, a_class_date, a_hold, a_shop, a_visit, berlin, rooms_of

pytestmark = pytest.mark.usefixtures("app", "frozen")
TUESDAY = "2027-03-02 "
TEN, TWO = berlin(TUESDAY + "10:00"), berlin(TUESDAY + "14:00")


def swapped(shop, one, other, versions=None, **more):
    both = appointment_of(one), appointment_of(other)
    versions = versions or (both[0].version, both[1].version)
    swap(shop.business, *both, versions=versions, by=ANNA, now=clock.now(), **more)
    return both


def refused(error, shop, one, other, **more):
    appointment_of(one), appointment_of(other)
    before = state()
    with pytest.raises(error):
        swapped(shop, one, other, **more)
    assert state() == before


def two_bookings(shop, *people):
    one, other = people or (shop.person, shop.person)
    return a_booking(shop, TEN, person=one), a_booking(shop, TWO, "sam@example.com", person=other)


def test_two_visits_exchange_their_times_and_their_people():
    shop = a_shop(people=2)
    maya, tomas = shop.people
    one, other = two_bookings(shop, maya, tomas)
    first, second = swapped(shop, one, other)
    assert taken(first) == [(tomas.resource_id, "Tue 14:00", "14:30")]
    assert taken(second) == [(maya.resource_id, "Tue 10:00", "10:30")]
    assert (one.performer_name, one.local_start.hour, one.schedule_seq) == ("Tomás", 14, 1)
    assert (other.performer_name, other.local_start.hour, other.schedule_seq) == ("Maya", 10, 1)
    assert [event.subject_id for event in events("appointment.moved")] == [first.id, second.id]


def test_each_keeps_its_length_and_its_buffers():
    shop = a_shop(after_min=10)
    one = a_booking(shop, TEN)
    shop.service.minutes, shop.service.after_min = 45, 0
    db.session.flush()
    other = a_booking(shop, TWO, "sam@example.com")
    first, second = swapped(shop, one, other)
    me = shop.person.resource_id
    assert (taken(first), taken(second)) == ([(me, "Tue 14:00", "14:40")], [(me, "Tue 10:00", "10:45")])


def test_each_keeps_its_room_where_that_is_free():
    shop = a_shop(people=2)
    rooms_of(shop, "One", "Two")
    one, other = two_bookings(shop, *shop.people)
    rooms = [taken(appointment_of(booking))[1][0] for booking in (one, other)]
    assert [taken(appointment)[1][0] for appointment in swapped(shop, one, other)] == rooms


def test_pressing_the_button_twice_does_not_swap_them_back():
    shop = a_shop()
    one, other = two_bookings(shop)
    versions = (appointment_of(one).version, appointment_of(other).version)
    swapped(shop, one, other, versions)
    refused(ChangedMeanwhile, shop, one, other, versions=versions)
    assert one.local_start.hour == 14


def test_an_appointment_cannot_be_swapped_with_itself():
    shop = a_shop()
    one = a_booking(shop, TEN)
    refused(ChangedMeanwhile, shop, one, one)


def test_if_one_of_them_does_not_fit_both_stay():
    shop = a_shop(minutes=60)
    one = a_booking(shop, TEN)
    shop.service.minutes = 30
    db.session.flush()
    other = a_booking(shop, TWO, "sam@example.com")
    a_booking(shop, berlin(TUESDAY + "14:30"), "kim@example.com")
    refused(SlotTaken, shop, one, other)
    refused(SlotTaken, shop, other, one)
    first, _ = swapped(shop, one, other, despite=overridable("manager"))
    assert taken(first)[0][1:] == ("Tue 14:00", "14:30")
    assert taken(first)[1][1:] == ("Tue 14:30", "15:00*")


def test_what_was_squeezed_in_is_guarded_again_when_the_longer_one_is_swapped_away():
    shop = a_shop(minutes=60)
    one = a_booking(shop, TEN)
    shop.service.minutes = 30
    db.session.flush()
    other = a_booking(shop, TWO, "sam@example.com")
    squeezed = a_booking(shop, berlin(TUESDAY + "16:00"), "kim@example.com")
    start = epoch_minute(berlin(TUESDAY + "10:30"))
    despite = overridable("owner")
    move(shop.business, appointment_of(squeezed), start=start, despite=despite, by=ANNA, now=clock.now())
    assert taken(appointment_of(squeezed))[0][2] == "11:00*"
    swapped(shop, one, other)
    assert taken(appointment_of(squeezed))[0][2] == "11:00"


def test_a_dead_hold_is_not_in_the_way(frozen):
    shop = a_shop(minutes=60)
    one = a_booking(shop, TEN)
    shop.service.minutes = 30
    db.session.flush()
    other = a_booking(shop, TWO, "sam@example.com")
    a_hold(shop, berlin(TUESDAY + "14:30"))
    refused(SlotTaken, shop, one, other)
    frozen.shift(600)
    swapped(shop, one, other)
    assert one.local_start.hour == 14


def test_they_do_not_end_up_on_each_other():
    shop = a_shop(minutes=60)
    long = a_booking(shop, berlin(TUESDAY + "10:30"))
    shop.service.minutes = 30
    db.session.flush()
    short = a_booking(shop, TEN, "sam@example.com")
    refused(SlotTaken, shop, short, long)
    refused(SlotTaken, shop, long, short)


def test_they_end_up_on_each_other_if_a_manager_says_so():
    shop = a_shop(minutes=60)
    long = a_booking(shop, berlin(TUESDAY + "10:30"))
    shop.service.minutes = 30
    db.session.flush()
    short = a_booking(shop, TEN, "sam@example.com")
    swapped(shop, short, long, despite=overridable("manager"))
    me = shop.person.resource_id
    assert taken(appointment_of(short)) == [(me, "Tue 10:30", "11:00")]
    assert taken(appointment_of(long)) == [(me, "Tue 10:00", "10:30"), (me, "Tue 10:30", "11:00*")]
    assert [event.changes.get("overridden") for event in events("appointment.moved")] == [
        None,
        [None, ["busy"]],
    ]


def two_dates(shop):
    """Two dates of the shop's class with somebody in each who is still typing."""
    first, second = (
        a_class_date(shop, at, person) for at, person in zip((TEN, TWO), shop.people, strict=True)
    )
    return first, second, a_hold(shop, TEN), a_hold(shop, TWO)


def exchanged(shop, first, second):
    for date in (first, second):
        db.session.refresh(date)
    versions = first.version, second.version
    swap(shop.business, first, second, versions=versions, by=ANNA, now=clock.now())


def test_who_is_typing_has_to_see_the_new_time_of_a_class_first():
    shop = a_shop(people=2, capacity=8)
    first, second, *held = two_dates(shop)
    sam = a_booking(shop, TEN, "sam@example.com")
    exchanged(shop, first, second)
    assert [(it.status, it.local_start.hour) for it in (*held, sam)] == [
        ("expired", 10),
        ("expired", 14),
        ("confirmed", 14),
    ]
    assert (first.places_taken, second.places_taken, second.live) == (1, 0, True)


def test_who_is_typing_keeps_the_place_if_a_swap_is_refused():
    shop = a_shop(people=2, capacity=8)
    first, second, *held = two_dates(shop)
    put_away(shop.business.id, shop.person.resource_id, by=ANNA, now=clock.now())
    before = state()
    with pytest.raises(NotOffered):
        exchanged(shop, first, second)
    assert state() == before
    assert {it.status for it in held} == {"held"}


def test_people_who_do_not_do_it_cannot_be_exchanged():
    shop = a_shop()
    refused(NotOffered, shop, a_booking(shop, TEN), a_visit(shop.business, TWO))


def test_what_is_over_or_given_back_is_not_swapped():
    shop = a_shop()
    one, other = two_bookings(shop)
    refused(AlreadyOver, shop, one, a_visit(shop.business, TEN, status="no_show"))
    cancel(shop.business, other, by=ANNA, now=clock.now())
    refused(ChangedMeanwhile, shop, one, other)


def test_an_appointment_of_another_business_is_out_of_reach():
    shop, stranger = a_shop(), a_shop()
    one, other = a_booking(shop, TEN), a_booking(stranger, TWO)
    for pair in ((one, other), (other, one)):
        with pytest.raises(LookupError):
            swapped(shop, *pair)
    assert (one.local_start.hour, other.local_start.hour) == (10, 14)
