"""Classes: their dates are laid, places are taken, dates are cancelled, and capacity changes under those who booked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.appointments.bookable import class_dates
from app.appointments.booking import Decision, book
from app.appointments.cancelling import cancel
from app.appointments.changing import ChangedMeanwhile
from app.appointments.class_dates import TooSmall, cancel_date, change_places, restore_date
from app.appointments.class_times import change_capacity, put_on_timetable, take_off_timetable
from app.appointments.confirming import confirm
from app.appointments.elsewhere import other_dates
from app.appointments.expiring import expire_dead_holds
from app.appointments.jobs import forget_unfinished, lay_timetables
from app.appointments.models import Appointment, Booking, Hold
from app.appointments.moving import move
from app.appointments.overriding import overridable
from app.appointments.refusals import AlreadyOver, NotOffered, SlotTaken
from app.appointments.timetabling import Missed, lay_dates
from app.appointments.transferring import move_place
from app.appointments.undoing import undo
from app.audit.models import AuditEvent
from app.business_hours.away import add_days_off, add_hours_off
from app.business_hours.special import set_special_day
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.meeting import Contact
from app.schedule.class_times import NotAClass, NotTheirService, Recurrence
from app.schedule.loading import load_facts
from app.schedule.models import Allocation, ResourceGroupMember, ServiceNeed
from app.schedule.serving import Server, put_away
from app.schedule.slots import open_slots
from app.schedule.verdict import Refusal
from app.schedule.wall_clock import epoch_minute
from tests.conftest import NOW
from tests.factories import (
    ANNA,
    a_booking,
    a_hold,
    a_shop,
    a_visitor,
    a_wish,
    add_need,
    add_service,
    berlin,
    hire,
    rooms_of,
)

pytestmark = pytest.mark.usefixtures("app", "frozen")
TUESDAY, NEXT = date(2027, 3, 2), date(2027, 3, 9)
FIRST = berlin("2027-03-02 18:00")
AT_SIX = Recurrence(weekday=1, starts_min=18 * 60)


def a_yoga_studio(capacity=3, **columns):
    """One trainer, one class, dates for two weeks ahead; the class is not within the opening hours."""
    return a_shop(capacity=capacity, minutes=60, advance_days=14, **columns)


def lay(shop, when=AT_SIX, person=None, **more):
    resources = {1: (person or shop.person).resource_id}
    return put_on_timetable(shop.business, shop.service, when, resources, by=ANNA, now=clock.now(), **more)


def joined(shop, at=FIRST, email="olivia@example.com", places=1, **more):
    """Somebody who has booked places in the class."""
    wish = replace(a_wish(shop, at), places=places)
    decision = Decision(Contact("Olivia Park", email), "book.example", **more)
    return book(shop.business, wish, decision, by=ANNA, now=clock.now())[0]


def confirmed(shop, booking, **more):
    """What Sam held, booked."""
    contact = Contact("Sam", "sam@example.com")
    confirm(shop.business, booking, contact, by=VISITOR, now=clock.now(), host="book.example", **more)


def offered(shop, first=TUESDAY, days=14):
    facts = load_facts(shop.business, shop.service.id, first, first + timedelta(days), clock.now())
    found = open_slots(facts, [first + timedelta(n) for n in range(days)], clock.now())
    return [(day, slot.left) for day, slots in found.items() for slot in slots]


def dates_of(shop):
    rows = select(Appointment).filter_by(business_id=shop.business.id).order_by(Appointment.starts_at)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def test_saving_a_class_time_lays_its_dates_for_the_window():
    shop = a_yoga_studio()
    _, laid = lay(shop)
    assert [it.class_on for it in laid.dates] == [TUESDAY, NEXT]
    assert laid.missed == []
    assert [it.starts_at for it in dates_of(shop)] == [berlin("2027-03-02 18:00"), berlin("2027-03-09 18:00")]
    assert all(it.scheduled and it.live and it.capacity == 3 for it in dates_of(shop))
    assert offered(shop) == [(TUESDAY, 3), (NEXT, 3)]


def test_the_clock_lays_what_comes_within_reach_and_nothing_twice(frozen):
    shop = a_yoga_studio()
    lay(shop)
    db.session.commit()
    assert lay_timetables() == 0
    frozen.shift(timedelta(days=1))
    assert lay_timetables() == 1
    assert lay_timetables() == 0
    assert [it.class_on for it in dates_of(shop)] == [TUESDAY, NEXT, date(2027, 3, 16)]


def test_a_class_keeps_its_trainer_from_being_booked():
    shop = a_yoga_studio()
    massage = add_service(shop.business.id, "Massage", minutes=30, price_cents=5000)
    add_need(shop.business.id, massage.id, [Server(shop.person.resource_id)])
    early = Recurrence(weekday=1, starts_min=10 * 60)
    lay(shop, early)
    with pytest.raises(SlotTaken):
        a_hold(replace(shop, service=massage), berlin("2027-03-02 10:30"))
    assert a_hold(replace(shop, service=massage), berlin("2027-03-02 11:00"))


def test_a_class_that_cannot_be_laid_is_missed_with_the_reason_and_tried_again():
    shop = a_yoga_studio()
    massage = add_service(shop.business.id, "Massage", minutes=30, price_cents=5000)
    add_need(shop.business.id, massage.id, [Server(shop.person.resource_id)])
    booking = a_booking(replace(shop, service=massage), berlin("2027-03-02 10:00"))
    class_time, laid = lay(shop, Recurrence(weekday=1, starts_min=10 * 60))
    assert laid.missed == [Missed(class_time.id, TUESDAY, Refusal.BUSY)]
    assert [it.class_on for it in laid.dates] == [NEXT]
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert [it.class_on for it in lay_dates(shop.business, clock.now()).dates] == [TUESDAY]


def test_a_closed_day_and_a_trainer_who_is_away_miss_their_class():
    shop = a_yoga_studio(capacity=5)
    system = {"by": ANNA, "now": clock.now()}
    set_special_day(shop.business.id, TUESDAY, [], **system)
    add_hours_off(
        shop.business.id,
        berlin("2027-03-09 18:30"),
        berlin("2027-03-09 19:00"),
        shop.person.resource_id,
        **system,
    )
    class_time, laid = lay(shop)
    assert laid.missed == [
        Missed(class_time.id, TUESDAY, Refusal.CLOSED),
        Missed(class_time.id, NEXT, Refusal.STAFF_OFF),
    ]


def test_a_closure_after_the_dates_were_laid_keeps_them_but_sells_no_more_places():
    shop = a_yoga_studio()
    lay(shop)
    booking = joined(shop)
    add_days_off(shop.business.id, TUESDAY, TUESDAY, by=ANNA, now=clock.now())
    assert offered(shop) == [(NEXT, 3)]
    assert booking.appointment.live


def test_every_other_week_and_only_in_the_season():
    shop = a_shop(capacity=4, minutes=60, advance_days=60)
    season = {"valid_from": date(2027, 3, 9), "valid_until": date(2027, 4, 6)}
    _, laid = lay(shop, Recurrence(1, 18 * 60, **season))
    assert [it.class_on for it in laid.dates] == [date(2027, 3, 9) + timedelta(weeks=n) for n in range(5)]
    _, other = lay(shop, Recurrence(1, 20 * 60, rota_week=0, rota_of=2))
    gaps = {later.class_on - one.class_on for one, later in zip(other.dates, other.dates[1:], strict=False)}
    assert gaps == {timedelta(weeks=2)}


def test_a_class_that_has_begun_today_is_not_laid():
    shop = a_yoga_studio()
    _, laid = lay(shop, Recurrence(weekday=0, starts_min=9 * 60))
    assert [it.class_on for it in laid.dates] == [date(2027, 3, 8), date(2027, 3, 15)]


def test_places_are_taken_until_there_are_none():
    shop = a_yoga_studio()
    lay(shop)
    for number in range(3):
        assert joined(shop, email=f"guest{number}@example.com").appointment.places_taken == number + 1
    assert offered(shop) == [(NEXT, 3)]
    with pytest.raises(SlotTaken):
        joined(shop, email="late@example.com")
    assert len(dates_of(shop)) == 2


def test_two_places_are_refused_whole_where_only_one_is_left():
    shop = a_yoga_studio()
    lay(shop)
    joined(shop, places=2)
    with pytest.raises(SlotTaken):
        joined(shop, email="two@example.com", places=2)
    assert joined(shop, email="one@example.com").appointment.places_taken == 3


def test_a_manager_takes_in_one_more_than_there_is_room_for():
    shop = a_yoga_studio(capacity=2)
    lay(shop)
    joined(shop, places=2)
    with pytest.raises(SlotTaken):
        joined(shop, email="more@example.com", despite=overridable("staff"))
    booking = joined(shop, email="more@example.com", despite=overridable("manager"))
    assert (booking.appointment.places_taken, booking.appointment.overbooked) == (3, True)
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert dates_of(shop)[0].overbooked is False


def test_a_visitor_holds_and_confirms_a_place_and_ones_own_hold_is_not_in_the_way():
    shop = a_yoga_studio(capacity=2)
    lay(shop)
    joined(shop)
    visitor = a_visitor()
    booking = a_hold(shop, berlin("2027-03-02 18:00"), visitor)
    assert booking.appointment.places_taken == 2
    with pytest.raises(SlotTaken):
        a_hold(shop, berlin("2027-03-02 18:00"))
    elsewhere = a_hold(shop, berlin("2027-03-09 18:00"), visitor)
    back = a_hold(shop, berlin("2027-03-02 18:00"), visitor)
    assert (booking.status, elsewhere.status, back.status) == ("expired", "expired", "held")
    confirmed(shop, back)
    assert [it.places_taken for it in dates_of(shop)] == [2, 0]


def test_a_dead_hold_leaves_its_place_to_others_before_anybody_sweeps(frozen):
    shop = a_yoga_studio(capacity=2)
    lay(shop)
    joined(shop)
    late = a_hold(shop, berlin("2027-03-02 18:00"))
    assert offered(shop, days=1) == []
    frozen.shift(timedelta(minutes=11))
    assert offered(shop, days=1) == [(TUESDAY, 1)]
    assert joined(shop, email="quick@example.com")
    with pytest.raises(SlotTaken):
        confirmed(shop, late)


def test_a_place_ran_out_and_still_free_is_taken_again_in_the_same_class(frozen):
    shop = a_yoga_studio()
    lay(shop)
    late = a_hold(shop, berlin("2027-03-02 18:00"))
    frozen.shift(timedelta(minutes=11))
    db.session.commit()
    confirmed(shop, late)
    assert late.status == "confirmed"
    assert [it.places_taken for it in dates_of(shop)] == [1, 0]


def test_a_class_nobody_is_in_any_more_keeps_its_time():
    shop = a_yoga_studio()
    lay(shop)
    cancel(shop.business, joined(shop), by=ANNA, now=clock.now())
    assert dates_of(shop)[0].live
    assert offered(shop) == [(TUESDAY, 3), (NEXT, 3)]


def test_one_date_is_cancelled_with_everybody_in_it_and_not_laid_again(frozen):
    shop = a_yoga_studio()
    lay(shop)
    booking, held = joined(shop), a_hold(shop, berlin("2027-03-02 18:00"))
    for _ in range(2):
        cancel_date(shop.business, booking.appointment, by=ANNA, now=clock.now(), reason="The trainer is ill")
    assert (booking.status, booking.cancelled_by, booking.cancel_reason) == (
        "cancelled",
        "member",
        "The trainer is ill",
    )
    assert held.status == "expired"
    assert not dates_of(shop)[0].live
    assert db.session.scalars(select(Allocation).filter_by(live=True)).one().starts_at == berlin(
        "2027-03-09 18:00"
    )
    db.session.commit()
    frozen.shift(timedelta(days=8))
    forget_unfinished()
    frozen.move_to(NOW)
    assert lay_dates(shop.business, clock.now()).dates == []
    events = db.session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("class_date%"))).all()
    assert events == ["class_date.cancelled"]


def test_a_cancelled_date_can_happen_after_all_where_its_time_is_free():
    shop = a_yoga_studio()
    lay(shop, Recurrence(weekday=1, starts_min=10 * 60))
    [first, _] = dates_of(shop)
    cancel_date(shop.business, first, by=ANNA, now=clock.now())
    restore_date(shop.business, first, by=ANNA, now=clock.now())
    assert (first.live, first.scheduled, offered(shop)[0]) == (True, True, (TUESDAY, 3))
    cancel_date(shop.business, first, by=ANNA, now=clock.now())
    massage = add_service(shop.business.id, "Massage", minutes=30, price_cents=5000)
    add_need(shop.business.id, massage.id, [Server(shop.person.resource_id)])
    a_booking(replace(shop, service=massage), berlin("2027-03-02 10:00"))
    with pytest.raises(SlotTaken):
        restore_date(shop.business, first, by=ANNA, now=clock.now())


def test_a_date_that_is_over_is_neither_cancelled_nor_restored(frozen):
    shop = a_yoga_studio()
    lay(shop)
    first, second = dates_of(shop)
    cancel_date(shop.business, second, by=ANNA, now=clock.now())
    frozen.shift(timedelta(days=10))
    with pytest.raises(AlreadyOver):
        cancel_date(shop.business, first, by=ANNA, now=clock.now())
    with pytest.raises(AlreadyOver):
        restore_date(shop.business, second, by=ANNA, now=clock.now())


def test_a_date_is_moved_and_given_to_a_stand_in_with_everybody_in_it():
    shop = a_yoga_studio()
    lay(shop)
    booking = joined(shop)
    stand_in = hire(shop.business.id, "June")
    add_need_member(shop, stand_in)
    later = epoch_minute(berlin("2027-03-02 19:30"))
    move(
        shop.business,
        booking.appointment,
        start=later,
        person_id=stand_in.resource_id,
        version=booking.appointment.version,
        despite=overridable("staff"),
        by=ANNA,
        now=clock.now(),
    )
    assert booking.appointment.starts_at == berlin("2027-03-02 19:30")
    assert (booking.performer_name, booking.schedule_seq) == ("June", 1)
    assert f"{booking.local_start:%H:%M}" == "19:30"
    assert lay_dates(shop.business, clock.now()).dates == []
    assert offered(shop) == [(TUESDAY, 2), (NEXT, 3)]


def add_need_member(shop, person):
    """Let another person do the service too."""
    need = db.session.scalars(select(ServiceNeed).filter_by(service_id=shop.service.id)).one()
    db.session.add(
        ResourceGroupMember(
            business_id=shop.business.id,
            group_id=need.group_id,
            resource_id=person.resource_id,
            kind="staff",
        )
    )
    db.session.flush()


def test_fewer_places_than_booked_keeps_everybody_and_sells_no_more():
    shop = a_yoga_studio(capacity=8)
    lay(shop)
    joined(shop, places=7)
    first, _ = dates_of(shop)
    change_places(shop.business, first, 5, by=ANNA, now=clock.now())
    assert (first.places_taken, first.capacity, first.overbooked) == (7, 5, True)
    assert offered(shop) == [(NEXT, 8)]
    with pytest.raises(SlotTaken):
        joined(shop, email="late@example.com")
    change_places(shop.business, first, 9, by=ANNA, now=clock.now())
    assert (first.overbooked, offered(shop)[0]) == (False, (TUESDAY, 2))


def test_the_capacity_of_a_class_changes_its_dates_ahead_and_names_those_with_too_many():
    shop = a_yoga_studio(capacity=8)
    lay(shop)
    joined(shop, places=7)
    crowded = change_capacity(shop.business, shop.service, 5, by=ANNA, now=clock.now())
    assert [(it.class_on, it.places_taken, it.capacity) for it in crowded] == [(TUESDAY, 7, 5)]
    assert offered(shop) == [(NEXT, 5)]
    with pytest.raises(TooSmall):
        change_capacity(shop.business, shop.service, 1, by=ANNA, now=clock.now())
    with pytest.raises(TooSmall):
        change_places(shop.business, dates_of(shop)[0], 1, by=ANNA, now=clock.now())


def test_a_class_taken_off_the_timetable_keeps_the_dates_somebody_booked():
    shop = a_yoga_studio()
    class_time, _ = lay(shop)
    joined(shop, at=berlin("2027-03-09 18:00"))
    standing = take_off_timetable(
        shop.business, class_time, TUESDAY - timedelta(days=1), by=ANNA, now=clock.now()
    )
    assert [it.class_on for it in standing] == [NEXT]
    assert [it.live for it in dates_of(shop)] == [False, True]
    assert lay_dates(shop.business, clock.now()).dates == []


def ended(shop, class_time, last_on=TUESDAY - timedelta(days=1)):
    return take_off_timetable(shop.business, class_time, last_on, by=ANNA, now=clock.now())


def test_nobody_books_a_date_after_the_end_of_its_class_time():
    shop = a_yoga_studio()
    class_time, _ = lay(shop)
    [first, later] = dates_of(shop)
    elsewhere = joined(shop, at=first.starts_at, email="sam@example.com")
    joined(shop, at=berlin("2027-03-09 18:00"))
    ended(shop, class_time, TUESDAY)
    assert offered(shop) == [(TUESDAY, 2)]
    assert [it.id for it in class_dates(shop.business.id, shop.service.id, clock.now(), None)] == [first.id]
    assert other_dates(first, clock.now()) == []
    with pytest.raises(NotOffered):
        a_hold(shop, berlin("2027-03-09 18:00"))
    with pytest.raises(NotOffered):
        joined(
            shop,
            at=berlin("2027-03-09 18:00"),
            email="late@example.com",
            despite={Refusal.CLOSED, Refusal.FULL},
        )
    with pytest.raises(NotOffered):
        move_place(shop.business, elsewhere, date_id=later.id, despite=set(Refusal), by=ANNA, now=clock.now())


def test_a_date_after_the_end_gives_its_time_back_with_the_last_who_was_in_it():
    shop = a_yoga_studio()
    class_time, _ = lay(shop)
    those = [joined(shop, email=f"{name}@example.com") for name in ("ann", "ben")]
    ended(shop, class_time)
    assert [it.live for it in dates_of(shop)] == [True, False]
    cancel(shop.business, those[0], by=ANNA, now=clock.now())
    assert dates_of(shop)[0].live
    cancel(shop.business, those[1], by=ANNA, now=clock.now())
    assert not any(it.live for it in dates_of(shop))
    assert not db.session.scalars(select(Allocation).filter_by(live=True)).all()
    undo(shop.business, those[1], by=ANNA, now=clock.now())
    assert dates_of(shop)[0].places_taken == 1
    assert offered(shop) == []


def test_what_is_only_held_after_the_end_is_given_back_when_the_hold_runs_out(frozen):
    shop = a_yoga_studio()
    class_time, _ = lay(shop)
    a_hold(shop, FIRST)
    assert [it.class_on for it in ended(shop, class_time)] == [TUESDAY]
    assert dates_of(shop)[0].held_until
    frozen.shift(timedelta(minutes=11))
    expire_dead_holds(shop.business.id, clock.now())
    assert not dates_of(shop)[0].live


def test_a_class_time_that_ends_later_after_all_takes_its_booked_dates_back():
    shop = a_yoga_studio()
    class_time, _ = lay(shop)
    booking = joined(shop)
    a_hold(shop, berlin("2027-03-09 18:00"))
    ended(shop, class_time)
    assert ended(shop, class_time, NEXT) == []
    assert [it.scheduled for it in dates_of(shop)] == [True, True]
    assert offered(shop) == [(TUESDAY, 2), (NEXT, 2)]
    cancel(shop.business, booking, by=ANNA, now=clock.now())
    assert offered(shop)[0] == (TUESDAY, 3)


def test_a_class_time_is_for_a_class_and_takes_those_who_do_it():
    alone, shop, other = a_shop(), a_yoga_studio(), a_yoga_studio()
    with pytest.raises(NotAClass):
        lay(alone)
    with pytest.raises(NotTheirService):
        lay(shop, person=other.person)
    with pytest.raises(NotTheirService):
        put_on_timetable(shop.business, shop.service, AT_SIX, {}, by=ANNA, now=clock.now())
    assert db.session.scalar(select(Booking.id)) is None


def test_a_class_in_a_room_takes_both():
    shop = a_yoga_studio()
    [room] = rooms_of(shop, "Big room")
    put_on_timetable(
        shop.business, shop.service, AT_SIX, {1: shop.person.resource_id, 2: room}, by=ANNA, now=clock.now()
    )
    taken = db.session.scalars(
        select(Allocation.resource_id).filter_by(appointment_id=dates_of(shop)[0].id)
    ).all()
    assert sorted(taken) == sorted([shop.person.resource_id, room])


def test_somebody_who_holds_a_place_in_a_class_that_is_moved_is_asked_again():
    shop = a_yoga_studio()
    lay(shop)
    held = a_hold(shop, FIRST)
    date_ = dates_of(shop)[0]
    move(
        shop.business,
        date_,
        start=epoch_minute(berlin("2027-03-02 19:30")),
        despite=overridable("staff"),
        by=ANNA,
        now=clock.now(),
    )
    assert (held.status, held.schedule_seq, date_.places_taken) == ("expired", 0, 0)
    with pytest.raises(NotOffered):
        confirmed(shop, held)
    later = epoch_minute(berlin("2027-03-02 19:30"))
    confirmed(shop, held, start=later)
    assert (held.status, held.appointment.id) == ("confirmed", date_.id)


def test_a_cancelled_date_leaves_no_hold_behind_that_counts_against_anybody():
    shop = a_yoga_studio()
    lay(shop)
    held = a_hold(shop, FIRST)
    cancel_date(shop.business, held.appointment, by=ANNA, now=clock.now())
    assert db.session.scalar(select(Hold.id)) is None


def test_more_places_than_a_dead_date_has_by_now_cannot_be_undone():
    shop = a_yoga_studio(capacity=4)
    lay(shop)
    booking = joined(shop, places=3)
    change_places(shop.business, booking.appointment, 2, by=ANNA, now=clock.now())
    cancel_date(shop.business, booking.appointment, by=ANNA, now=clock.now())
    with pytest.raises(SlotTaken):
        undo(shop.business, booking, by=ANNA, now=clock.now())


def test_nobody_can_join_the_class_of_a_trainer_who_left():
    shop = a_yoga_studio()
    lay(shop)
    put_away(shop.business.id, shop.person.resource_id, by=ANNA, now=clock.now())
    assert offered(shop) == []
    with pytest.raises(NotOffered):
        a_hold(shop, FIRST)
    with pytest.raises(NotTheirService):
        lay(shop, replace(AT_SIX, starts_min=20 * 60))


@pytest.mark.parametrize("act", [cancel_date, restore_date])
def test_a_visit_is_no_date_of_a_class(act):
    shop = a_shop()
    booking = a_booking(shop, FIRST - timedelta(hours=3))
    with pytest.raises(ChangedMeanwhile):
        act(shop.business, booking.appointment, by=ANNA, now=clock.now())


def test_a_class_ended_before_its_season_never_happens():
    shop = a_shop(capacity=3, minutes=60, advance_days=30)
    class_time, _ = lay(shop, replace(AT_SIX, valid_from=date(2027, 3, 16)))
    assert take_off_timetable(shop.business, class_time, NEXT, by=ANNA, now=clock.now()) == []
    assert lay_dates(shop.business, clock.now()).dates == []
    assert not any(it.live for it in dates_of(shop))


def test_a_dead_hold_neither_keeps_a_date_on_the_timetable_nor_overbooks_it(frozen):
    shop = a_yoga_studio()
    class_time, _ = lay(shop)
    for visitor in range(3):
        a_hold(shop, FIRST, a_visitor(f"flow-of-visitor-number-{visitor}"))
    frozen.shift(timedelta(minutes=11))
    change_places(shop.business, dates_of(shop)[0], 2, by=ANNA, now=clock.now())
    assert not dates_of(shop)[0].overbooked
    yesterday = TUESDAY - timedelta(days=1)
    assert take_off_timetable(shop.business, class_time, yesterday, by=ANNA, now=clock.now()) == []


def test_a_restored_date_has_the_places_the_class_has_by_then():
    shop = a_yoga_studio()
    lay(shop)
    [first, _] = dates_of(shop)
    cancel_date(shop.business, first, by=ANNA, now=clock.now())
    change_capacity(shop.business, shop.service, 2, by=ANNA, now=clock.now())
    restore_date(shop.business, first, by=ANNA, now=clock.now())
    assert offered(shop)[0] == (TUESDAY, 2)


def test_a_class_that_comes_back_is_laid_on_the_dates_that_were_given_up():
    shop = a_yoga_studio()
    class_time, _ = lay(shop)
    take_off_timetable(shop.business, class_time, TUESDAY, by=ANNA, now=clock.now())
    class_time.valid_until = None
    db.session.flush()
    assert [it.class_on for it in lay_dates(shop.business, clock.now()).dates] == [NEXT]
