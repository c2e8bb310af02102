from datetime import time

import pytest
from sqlalchemy import delete, select, update

from app.appointments.booking import Decision, book
from app.appointments.changing import ChangedMeanwhile
from app.appointments.moving import move
from app.appointments.placing import Wish
from app.appointments.refusals import (
    AlreadyOver,
    ImpossibleLength,
    NotOffered,
    SlotTaken,
    StillBeingBooked,
)
from app.business_hours.models import TimeOff
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.models import Allocation, Resource, ResourceGroupMember, ServiceNeedStretch
from app.schedule.serving import Server, put_away
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute
from tests.appointments.looking import appointment_of, events, state, taken
from tests.factories import (
    ANNA,
    a_booking,
    a_business,
    a_class_date,
    a_hold,
    a_shop,
    a_visit,
    add_need,
    add_resource,
    add_service,
    berlin,
    rooms_of,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")
TUESDAY = "2027-03-02 "
TEN = berlin(TUESDAY + "10:00")


def at(clock_time, day=TUESDAY):
    return epoch_minute(berlin(day + clock_time))


def moved(shop, booking, to, by=ANNA, **more):
    """The booking's appointment, moved to a time on Tuesday or an epoch minute."""
    start = to if isinstance(to, int) else at(to)
    appointment = appointment_of(booking)
    move(shop.business, appointment, start=start, by=by, now=clock.now(), **more)
    return appointment


def refused(error, shop, booking, to, **more):
    """The sentence of a refusal that changed nothing."""
    appointment_of(booking)
    before = state()
    with pytest.raises(error) as raised:
        moved(shop, booking, to, **more)
    assert state() == before
    return str(raised.value.message)


def test_a_moved_appointment_takes_its_new_time_and_frees_the_old_one():
    shop = a_shop()
    booking = a_booking(shop, TEN)
    appointment = moved(shop, booking, "14:00")
    assert appointment.starts_at == berlin(TUESDAY + "14:00")
    assert appointment.ends_at == berlin(TUESDAY + "14:30")
    assert taken(appointment) == [(shop.person.resource_id, "Tue 14:00", "14:30")]
    assert (booking.local_start.hour, booking.schedule_seq, booking.minutes) == (14, 1, 30)
    assert (appointment.live, appointment.places_taken) == (True, 1)
    assert a_booking(shop, TEN, "sam@example.com").status == "confirmed"


def test_its_own_old_time_is_never_in_the_way():
    shop = a_shop(minutes=60)
    booking = a_booking(shop, berlin(TUESDAY + "11:00"))
    assert taken(moved(shop, booking, "11:15")) == [(shop.person.resource_id, "Tue 11:15", "12:15")]
    with pytest.raises(SlotTaken):
        a_hold(shop, berlin(TUESDAY + "11:00"))


def test_a_move_is_written_down_with_what_it_was():
    shop = a_shop()
    appointment = moved(shop, a_booking(shop, TEN), "14:00", reason="the customer called")
    [event] = events("appointment.moved")
    assert event.subject_id == appointment.id
    assert event.changes == {
        "starts_at": ["2027-03-02 09:00:00+00:00", "2027-03-02 13:00:00+00:00"],
        "ends_at": ["2027-03-02 09:30:00+00:00", "2027-03-02 13:30:00+00:00"],
    }
    assert (event.reason, event.actor_name) == ("the customer called", "Anna")


def test_moving_to_where_it_is_changes_nothing():
    shop = a_shop()
    booking = a_booking(shop, TEN)
    version = appointment_of(booking).version
    moved(shop, booking, "14:00", version=version)
    before = state()
    moved(shop, booking, "14:00", version=version)
    assert state() == before


def test_who_decided_by_an_old_page_is_told():
    shop = a_shop()
    booking = a_booking(shop, TEN)
    seen = appointment_of(booking).version
    assert moved(shop, booking, "14:00", version=seen).version > seen
    refused(ChangedMeanwhile, shop, booking, "15:00", version=seen)


@pytest.mark.parametrize(
    ("to", "error"),
    [
        ("12:00", SlotTaken),
        ("11:45", SlotTaken),
        ("08:00", NotOffered),
        ("17:45", NotOffered),
        ("10:10", NotOffered),
        (at("09:00", "2027-03-01 "), NotOffered),
        (at("10:00", "2027-09-01 "), NotOffered),
    ],
)
def test_what_the_shop_does_not_offer_is_refused_and_nothing_changes(to, error):
    shop = a_shop()
    a_booking(shop, berlin(TUESDAY + "12:00"), "sam@example.com")
    refused(error, shop, a_booking(shop, TEN), to)


def test_a_member_sets_rules_aside_and_it_is_written_down_which():
    shop = a_shop()
    booking = a_booking(shop, TEN)
    refused(NotOffered, shop, booking, "18:10", despite={Refusal.OFF_GRID})
    appointment = moved(shop, booking, "18:10", despite={Refusal.OFF_GRID, Refusal.CLOSED, Refusal.BUSY})
    assert taken(appointment) == [(shop.person.resource_id, "Tue 18:10", "18:40")]
    [event] = events("appointment.moved")
    assert event.changes["overridden"] == [None, ["closed"]]


def test_a_longer_one_is_taken_for_longer():
    shop = a_shop()
    booking = a_booking(shop, TEN)
    appointment = moved(shop, booking, "10:00", end=at("10:50"))
    assert taken(appointment) == [(shop.person.resource_id, "Tue 10:00", "10:50")]
    assert (booking.minutes, booking.schedule_seq, booking.total_cents) == (50, 1, 4500)
    a_booking(shop, berlin(TUESDAY + "11:00"), "sam@example.com")
    refused(SlotTaken, shop, booking, "10:00", end=at("11:15"))


@pytest.mark.parametrize("end", ["10:00", "09:00"])
def test_an_end_is_after_the_start(end):
    shop = a_shop()
    refused(ImpossibleLength, shop, a_booking(shop, TEN), "10:00", end=at(end))


def test_nothing_is_taken_for_longer_than_the_engine_looks_back():
    shop = a_shop()
    end = at("10:00", "2027-03-07 ")
    everything = set(Refusal)
    refused(ImpossibleLength, shop, a_booking(shop, TEN), "10:00", end=end, despite=everything)


def test_what_is_going_on_can_be_made_longer(frozen):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    frozen.move_to(berlin(TUESDAY + "10:20"))
    assert taken(moved(shop, booking, "10:00", end=at("10:45")))[0][2] == "10:45"
    assert "overridden" not in events("appointment.moved")[0].changes
    refused(NotOffered, shop, booking, "10:15")


def test_another_person_can_take_over():
    shop = a_shop(people=2)
    maya, tomas = shop.people
    booking = a_booking(shop, TEN, person=maya)
    appointment = moved(shop, booking, "10:00", person_id=tomas.resource_id)
    assert taken(appointment) == [(tomas.resource_id, "Tue 10:00", "10:30")]
    assert (booking.performer_name, booking.schedule_seq) == ("Tomás", 1)
    assert events("appointment.moved")[0].changes == {"resources": [[maya.resource_id], [tomas.resource_id]]}


def test_a_booking_keeps_the_name_of_whom_it_was_made_with():
    shop = a_shop()
    booking = a_booking(shop, TEN)
    db.session.execute(update(Resource).filter_by(id=shop.person.resource_id).values(name="Maya Lind"))
    moved(shop, booking, "14:00")
    assert booking.performer_name == "Maya"


def test_a_person_who_is_busy_or_does_not_do_it_cannot_take_over():
    shop, other = a_shop(people=2), a_shop()
    maya, tomas = shop.people
    booking = a_booking(shop, TEN, person=maya)
    a_booking(shop, TEN, "sam@example.com", person=tomas)
    refused(SlotTaken, shop, booking, "10:00", person_id=tomas.resource_id)
    stranger = other.person.resource_id
    refused(NotOffered, shop, booking, "10:00", person_id=stranger, despite=set(Refusal))


def test_nobody_who_does_not_do_it_takes_it_for_longer():
    shop, other = a_shop(), a_shop()
    booking = a_booking(shop, TEN)
    longer = {"end": at("11:30"), "despite": set(Refusal)}
    refused(NotOffered, shop, booking, "10:00", person_id=other.person.resource_id, **longer)
    put_away(shop.business.id, shop.person.resource_id, by=ANNA, now=clock.now())
    assert "Nobody" in refused(NotOffered, shop, booking, "10:00", **longer)


def test_nobody_else_is_given_what_somebody_asked_for():
    shop = a_shop(people=2)
    tomas = shop.people[1]
    booking = a_booking(shop, TEN, person=tomas)
    a_booking(shop, berlin(TUESDAY + "12:00"), "sam@example.com", person=tomas)
    refused(SlotTaken, shop, booking, "12:00")


def asked_of(appointment):
    rows = select(Allocation.resource_id).filter_by(appointment_id=appointment.id, asked=True)
    return db.session.scalars(rows).all()


def test_whom_a_customer_asked_for_stays_asked_for():
    shop = a_shop(people=2)
    maya, tomas = shop.people
    booking = a_booking(shop, TEN, person=tomas)
    assert asked_of(moved(shop, booking, "14:00")) == [tomas.resource_id]
    assert asked_of(moved(shop, booking, "14:00", person_id=maya.resource_id)) == []
    chosen = moved(shop, booking, "14:00", person_id=tomas.resource_id, by=VISITOR)
    assert asked_of(chosen) == [tomas.resource_id]


def test_a_booking_keeps_length_buffers_and_price_when_its_service_was_edited():
    shop = a_shop(before_min=5, after_min=10)
    booking = a_booking(shop, TEN)
    shop.service.minutes, shop.service.before_min, shop.service.after_min = 45, 30, 0
    shop.service.price_cents = 9900
    db.session.flush()
    appointment = moved(shop, booking, "14:00")
    assert taken(appointment) == [(shop.person.resource_id, "Tue 13:55", "14:40")]
    assert (booking.minutes, booking.total_cents, booking.before_min) == (30, 4500, 5)


def processed(shop, *stretches):
    """The first need of the shop's service takes only these minutes."""
    for start, end in stretches:
        stretch = ServiceNeedStretch(
            business_id=shop.business.id, service_id=shop.service.id, position=1, from_min=start, to_min=end
        )
        db.session.add(stretch)
    db.session.flush()


def test_processing_time_moves_along_even_if_the_service_has_other_by_now():
    shop = a_shop(minutes=90, before_min=5, after_min=10)
    processed(shop, (0, 30), (60, 90))
    booking = a_booking(shop, TEN)
    me = shop.person.resource_id
    assert taken(appointment_of(booking)) == [(me, "Tue 09:55", "10:30"), (me, "Tue 11:00", "11:40")]
    db.session.execute(delete(ServiceNeedStretch))
    assert taken(moved(shop, booking, "14:00")) == [(me, "Tue 13:55", "14:30"), (me, "Tue 15:00", "15:40")]
    longer = moved(shop, booking, "14:00", end=at("15:45"))
    assert taken(longer) == [(me, "Tue 13:55", "14:30"), (me, "Tue 15:00", "15:55")]


def test_others_may_use_the_gap_of_processing_time_and_it_may_lie_over_them():
    shop = a_shop(minutes=90)
    processed(shop, (0, 30), (60, 90))
    booking = a_booking(shop, TEN)
    a_visit(shop.business, berlin(TUESDAY + "14:30"), minutes=30, person=shop.person)
    assert len(taken(moved(shop, booking, "14:00"))) == 2


def test_a_stay_that_is_longer_than_stays_are_by_now_can_still_be_moved():
    business = a_business(notice_amount=0)
    columns = {"arrival": time(15), "departure": time(11), "max_units": 5}
    flat = add_resource(business.id, "space", "Flat")
    nights = add_service(business.id, "Flat", unit="night", minutes=None, price_cents=9000, **columns)
    add_need(business.id, nights.id, [Server(flat.id)], "space")
    wish = Wish(nights.id, at("15:00"), end=at("11:00", "2027-03-07 "))
    olivia = Decision(Contact("Olivia Park", "olivia@example.com"), "book.example")
    [booking] = book(business, wish, olivia, by=ANNA, now=clock.now())
    nights.max_units = 2
    db.session.flush()
    appointment = appointment_of(booking)
    move(business, appointment, start=at("15:00", "2027-03-04 "), by=ANNA, now=clock.now())
    assert (appointment.starts_at, appointment.ends_at) == (
        berlin("2027-03-04 15:00"),
        berlin("2027-03-09 11:00"),
    )


def test_it_keeps_its_room_if_that_is_free_and_takes_another_if_not():
    shop = a_shop(people=2)
    rooms = rooms_of(shop, "One", "Two")
    booking = a_booking(shop, TEN)
    room = taken(appointment_of(booking))[1][0]
    other = a_booking(shop, berlin(TUESDAY + "14:00"), "sam@example.com", person=shop.people[1])
    theirs = taken(appointment_of(other))[1][0]
    free = next(it for it in rooms if it != theirs)
    assert taken(moved(shop, booking, "11:00"))[1][0] == room
    assert taken(moved(shop, booking, "14:00"))[1][0] == free
    assert taken(moved(shop, booking, "11:00"))[1][0] == free


def test_without_a_free_room_it_stays():
    shop = a_shop(people=2)
    rooms_of(shop, "One")
    booking = a_booking(shop, TEN)
    a_booking(shop, berlin(TUESDAY + "14:00"), "sam@example.com", person=shop.people[1])
    assert "room" in refused(SlotTaken, shop, booking, "14:00")


def test_a_room_somebody_asked_for_is_not_changed():
    shop = a_shop(people=2)
    rooms_of(shop, "One", "Two")
    booking = a_booking(shop, TEN)
    room = taken(appointment_of(booking))[1][0]
    db.session.execute(update(Allocation).filter_by(resource_id=room).values(asked=True))
    other = a_visit(shop.business, berlin(TUESDAY + "14:00"))
    when = {"starts_at": other.appointment.starts_at, "ends_at": other.appointment.ends_at}
    its_room = {"resource_id": room, "appointment_id": other.appointment_id}
    db.session.add(Allocation(business_id=shop.business.id, **its_room, **when))
    refused(SlotTaken, shop, booking, "14:00")
    assert taken(moved(shop, booking, "15:00"))[1] == (room, "Tue 15:00", "15:30")


def test_what_no_longer_does_the_service_has_to_be_given_to_somebody_else():
    shop = a_shop(people=2)
    maya, tomas = shop.people
    booking = a_booking(shop, TEN, person=maya)
    gone = delete(ResourceGroupMember).filter_by(resource_id=maya.resource_id)
    db.session.execute(gone)
    refused(NotOffered, shop, booking, "14:00", despite=set(Refusal))
    assert taken(moved(shop, booking, "14:00", person_id=tomas.resource_id))[0][0] == tomas.resource_id


def test_a_room_the_service_needs_no_longer_is_kept_unless_it_is_taken():
    shop = a_shop(people=2)
    [room] = rooms_of(shop, "One")
    booking = a_booking(shop, TEN)
    sam = a_booking(shop, berlin(TUESDAY + "14:00"), "sam@example.com", person=shop.people[1])
    db.session.execute(db.text("DELETE FROM service_needs WHERE position = 2"))
    assert taken(moved(shop, booking, "12:00"))[1] == (room, "Tue 12:00", "12:30")
    assert sam.live
    assert "room" in refused(SlotTaken, shop, booking, "14:00")


def test_a_dead_hold_is_not_in_the_way(frozen):
    shop = a_shop()
    booking = a_booking(shop, TEN)
    a_hold(shop, berlin(TUESDAY + "14:00"))
    refused(SlotTaken, shop, booking, "14:00")
    frozen.shift(601)
    assert taken(moved(shop, booking, "14:00"))[0][1] == "Tue 14:00"


@pytest.mark.parametrize("status", ["completed", "no_show"])
def test_what_is_over_stays(status):
    shop = a_shop()
    refused(AlreadyOver, shop, a_visit(shop.business, TEN, status=status), "14:00")


def test_what_is_given_back_or_only_held_is_not_moved():
    shop = a_shop()
    refused(ChangedMeanwhile, shop, a_visit(shop.business, TEN, status="cancelled"), "14:00")
    refused(StillBeingBooked, shop, a_hold(shop, TEN), "14:00")


def test_an_appointment_of_another_business_is_out_of_reach():
    shop, other = a_shop(), a_shop()
    booking = a_booking(other, TEN)
    with pytest.raises(LookupError):
        moved(shop, booking, "14:00")
    assert appointment_of(booking).starts_at == TEN


def test_a_date_of_a_class_moves_with_everybody_in_it():
    shop = a_shop(capacity=8, minutes=60)
    date = a_class_date(shop, TEN)
    bookings = [a_booking(shop, TEN, f"{name}@example.com") for name in ("olivia", "sam")]
    move(shop.business, date, start=at("18:20"), by=ANNA, now=clock.now())
    assert taken(date) == [(shop.person.resource_id, "Tue 18:20", "19:20")]
    assert [(it.local_start.hour, it.schedule_seq) for it in bookings] == [(18, 1), (18, 1)]
    assert (date.places_taken, date.scheduled) == (2, True)
    assert a_booking(shop, berlin(TUESDAY + "18:20"), "kim@example.com").appointment_id == date.id


@pytest.mark.parametrize("is_closed", [True, False])
def test_the_hours_of_the_week_do_not_bind_a_class_but_closures_and_time_off_do(is_closed):
    shop = a_shop(capacity=8, minutes=60)
    date = a_class_date(shop, TEN)
    late = {"start": at("20:05"), "by": ANNA, "now": clock.now()}
    move(shop.business, date, **late)
    assert taken(date) == [(shop.person.resource_id, "Tue 20:05", "21:05")]
    day_off = {"first_on": berlin("2027-03-03 00:00").date(), "last_on": berlin("2027-03-03 00:00").date()}
    who = None if is_closed else shop.person.resource_id
    db.session.add(TimeOff(business_id=shop.business.id, resource_id=who, **day_off))
    db.session.flush()
    with pytest.raises(NotOffered):
        move(shop.business, date, **late | {"start": at("10:00", "2027-03-03 ")})


def test_who_is_typing_while_a_class_moves_keeps_the_place_if_it_is_refused():
    shop = a_shop(capacity=8, minutes=60)
    date = a_class_date(shop, TEN)
    a_class_date(shop, berlin(TUESDAY + "14:00"))
    held = a_hold(shop, TEN)
    refused(SlotTaken, shop, held, "14:00")
    assert held.status == "held"
    move(shop.business, date, start=at("10:00"), end=at("11:30"), by=ANNA, now=clock.now())
    assert held.status == "held"
    move(shop.business, date, start=at("11:30"), by=ANNA, now=clock.now())
    assert (held.status, date.places_taken, date.live) == ("expired", 0, True)


def test_a_longer_class_is_taken_for_longer():
    shop = a_shop(capacity=8, minutes=60, after_min=10)
    date = a_class_date(shop, TEN)
    move(shop.business, date, start=at("10:00"), end=at("11:30"), by=ANNA, now=clock.now())
    assert taken(date) == [(shop.person.resource_id, "Tue 10:00", "11:30")]


def test_a_class_keeps_the_buffers_it_was_laid_with_whatever_those_in_it_were_promised():
    shop = a_shop(capacity=8, minutes=60)
    date = a_class_date(shop, TEN)
    shop.service.before_min = 10
    db.session.flush()
    assert a_booking(shop, TEN).before_min == 10
    move(shop.business, date, start=at("14:00"), by=ANNA, now=clock.now())
    assert taken(date) == [(shop.person.resource_id, "Tue 14:00", "15:00")]


def test_a_class_has_no_daily_limit_to_move_into():
    shop = a_shop(capacity=8, minutes=60, daily_limit=1)
    date = a_class_date(shop, TEN)
    wednesday = a_class_date(shop, berlin("2027-03-03 10:00"))
    a_booking(shop, TEN)
    move(shop.business, wednesday, start=at("14:00"), by=ANNA, now=clock.now())
    assert (date.starts_at, wednesday.starts_at) == (TEN, berlin(TUESDAY + "14:00"))


def test_a_day_that_has_its_fill_is_full_for_others_but_not_for_what_is_there():
    shop = a_shop(daily_limit=1)
    booking = a_booking(shop, TEN)
    other = a_booking(shop, berlin("2027-03-03 10:00"), "sam@example.com")
    moved(shop, booking, "14:00")
    refused(SlotTaken, shop, other, "10:00")


def test_a_class_is_given_to_a_stand_in_unless_they_are_busy():
    shop = a_shop(people=2, capacity=8)
    maya, tomas = shop.people
    date = a_class_date(shop, TEN, maya)
    booking = a_booking(shop, TEN)
    a_visit(shop.business, TEN, person=tomas)
    stand_in = {"start": at("10:00"), "person_id": tomas.resource_id, "by": ANNA, "now": clock.now()}
    with pytest.raises(SlotTaken):
        move(shop.business, date, **stand_in)
    later = stand_in | {"start": at("14:00")}
    move(shop.business, date, **later)
    assert taken(date) == [(tomas.resource_id, "Tue 14:00", "14:30")]
    assert (booking.performer_name, booking.schedule_seq) == ("Tomás", 1)


def test_a_move_asks_the_database_as_often_with_many_people_as_with_one(queries):
    counts = []
    for people in (1, 6):
        shop = a_shop(people=people)
        booking = a_booking(shop, TEN)
        db.session.commit()
        appointment_of(booking)
        assert shop.business.zone
        with queries() as seen:
            moved(shop, booking, "14:00")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 23
