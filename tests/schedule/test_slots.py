"""What a page offers: hours, clock changes, buffers, notice, lengths and rooms."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.schedule.facts import Hours, Member
from app.schedule.slots import days_with_room, next_free, open_slots
from app.schedule.wall_clock import days_between, epoch_minute, utc
from tests.schedule.examples import (
    ANA,
    BEN,
    FIRST_ROOM,
    LONG_AGO,
    SECOND_ROOM,
    a_salon,
    a_service,
    at,
    in_one_of,
    offered,
    opens,
    performed_by,
    span,
    times,
)

FRIDAY, SATURDAY = date(2027, 6, 4), date(2027, 6, 5)


def test_notice_of_no_days_still_leaves_out_the_past() -> None:
    salon = a_salon(service=a_service(step=60, notice_amount=0, notice_unit="days"))
    assert offered(salon, now=utc(at(salon, "15:30"))) == ["16:00", "17:00"]


@pytest.mark.parametrize(("late", "first"), [(0, "12:00"), (1, "12:15")])
def test_notice_counts_to_the_second(late: int, first: str) -> None:
    salon = a_salon(service=a_service(notice_amount=120))
    assert offered(salon, now=utc(at(salon, "10:00")) + timedelta(seconds=late))[0] == first


def test_the_last_day_of_the_advance_window_is_whole() -> None:
    now = datetime(2027, 6, 3, 21, 59, tzinfo=UTC)  # A minute before midnight in Berlin.
    salon = a_salon(until="2027-06-06", service=a_service(step=60, advance_days=2))
    assert offered(salon, SATURDAY, now)[-1] == "17:00"
    assert offered(salon, date(2027, 6, 6), now) == []
    assert offered(salon, date(2027, 6, 6), now + timedelta(minutes=1))[-1] == "17:00"


def test_the_night_after_the_last_day_belongs_to_it() -> None:
    night = {None: opens("20:00-27:00")}
    salon = a_salon(until="2027-06-05", service=a_service(step=60, advance_days=0), hours=night)
    assert offered(salon, FRIDAY, utc(at(salon, "12:00")))[-1] == "02:00"
    assert offered(salon, SATURDAY, utc(at(salon, "12:00"))) == []


def test_somebody_with_a_break_is_offered_around_it() -> None:
    service = a_service(minutes=60)
    salon = a_salon(
        service=service, hours={None: opens("09:00-18:00"), ANA: opens("08:00-12:30", "13:15-20:00")}
    )
    starts = offered(salon)
    assert starts[0] == "09:00"
    assert starts[starts.index("11:30") + 1] == "13:15"
    assert starts[-1] == "17:00"


def test_longer_hours_of_a_person_do_not_open_the_shop() -> None:
    salon = a_salon(hours={None: opens("09:00-18:00", on=[4]), ANA: opens("06:00-22:00")}, until="2027-06-05")
    assert offered(salon, FRIDAY)[0] == "09:00"
    assert offered(salon, SATURDAY) == []


def test_later_hours_of_the_shop_do_not_make_a_person_work() -> None:
    salon = a_salon(hours={None: opens("09:00-22:00"), ANA: opens("09:00-18:00")})
    assert offered(salon)[-1] == "17:30"


def test_somebody_with_hours_is_off_on_a_weekday_that_has_none() -> None:
    salon = a_salon(hours={None: opens("09:00-18:00"), ANA: opens("09:00-18:00", on=[0, 1, 2, 3])})
    assert offered(salon) == []


def test_hours_past_midnight_belong_to_the_day_they_began() -> None:
    salon = a_salon(
        until="2027-06-05",
        service=a_service(minutes=120, step=30),
        hours={None: opens("20:00-27:00", on=[4])},
    )
    slots = open_slots(salon, [FRIDAY, SATURDAY], LONG_AGO)
    late = next(slot for slot in slots[FRIDAY] if slot.start == at(salon, "23:30"))
    assert utc(late.end) == datetime(2027, 6, 4, 23, 30, tzinfo=UTC)
    assert times(salon, slots[FRIDAY])[-1] == "01:00"
    assert slots[SATURDAY] == []


def test_a_visit_may_end_at_midnight() -> None:
    salon = a_salon(service=a_service(minutes=60, step=60), hours={None: opens("20:00-24:00")})
    assert offered(salon)[-1] == "23:00"


def test_a_shop_that_never_closes_is_open_across_midnight() -> None:
    salon = a_salon(service=a_service(minutes=60, step=30), hours={None: opens("00:00-24:00")})
    assert offered(salon)[-1] == "23:30"


def test_where_two_days_overlap_a_start_belongs_to_the_later() -> None:
    hours = {None: (*opens("20:00-28:00", on=[4]), *opens("02:10-06:00", on=[5]))}
    salon = a_salon(until="2027-06-05", service=a_service(step=30), hours=hours)
    assert offered(salon, FRIDAY)[-1] == "02:00"
    assert offered(salon, SATURDAY)[0] == "02:10"


def test_hours_hold_from_their_first_to_their_last_day() -> None:
    for valid_from, valid_until, found in [
        (FRIDAY, FRIDAY, True),
        (SATURDAY, None, False),
        (None, FRIDAY - timedelta(1), False),
    ]:
        summer = (Hours(4, 540, 600, valid_from, valid_until),)
        assert bool(offered(a_salon(hours={None: opens("08:00-20:00"), ANA: summer}))) is found


def test_the_grid_begins_anew_after_a_break_but_not_after_a_booking() -> None:
    service = a_service(step=30)
    hours = {None: opens("09:00-10:00", "10:20-12:00")}
    assert offered(a_salon(service=service, hours=hours)) == ["09:00", "09:30", "10:20", "10:50", "11:20"]
    salon = a_salon(service=service, hours={None: opens("09:00-12:00")})
    booked = a_salon(service=service, hours=salon.hours, busy={ANA: [span(salon, "09:30", "10:10")]})
    assert offered(booked) == ["09:00", "10:30", "11:00", "11:30"]
    away = a_salon(service=service, hours=salon.hours, blocked={ANA: [span(salon, "09:30", "10:10")]})
    assert offered(away) == ["09:00", "10:10", "10:40", "11:10"]


def test_a_closure_of_the_shop_holds_for_everybody() -> None:
    salon = a_salon(service=a_service(performed_by(ANA, BEN), step=60))
    closed = a_salon(service=salon.service, blocked={None: [span(salon, "10:00", "17:00")]})
    assert offered(closed) == ["09:00", "17:00"]


def test_buffers_of_two_bookings_add_up() -> None:
    service = a_service(before=10, step=5)
    salon = a_salon(service=service)
    busy = {ANA: [span(salon, "10:00", "11:15")]}
    assert next(it for it in offered(a_salon(service=service, busy=busy)) if it > "10") == "11:25"
    quarters = a_salon(service=a_service(before=10), busy=busy)
    assert next(it for it in offered(quarters) if it > "10") == "11:30"


def test_buffers_may_lie_outside_the_hours() -> None:
    salon = a_salon(service=a_service(before=45, after=45, step=30))
    assert offered(salon)[0] == "09:00"
    assert offered(salon)[-1] == "17:30"


def test_a_buffer_after_the_last_visit_meets_what_is_taken_there() -> None:
    salon = a_salon(service=a_service(after=45, step=30))
    night = a_salon(service=salon.service, busy={ANA: [span(salon, "18:10", "19:00")]})
    assert offered(night)[-1] == "16:30"


def test_a_moved_visit_may_touch_its_neighbours() -> None:
    salon = a_salon(service=a_service(minutes=60))
    busy = {ANA: [span(salon, "10:00", "11:00"), span(salon, "12:00", "13:00")]}
    assert "11:00" in offered(a_salon(service=salon.service, busy=busy))


def test_any_person_means_all_of_them_and_each_slot_says_who() -> None:
    salon = a_salon(service=a_service(performed_by(ANA, BEN), step=60))
    busy = {ANA: [span(salon, "09:00", "12:00")], BEN: [span(salon, "11:00", "18:00")]}
    known = a_salon(service=salon.service, busy=busy)
    slots = open_slots(known, [FRIDAY], LONG_AGO)[FRIDAY]
    assert times(known, slots) == ["09:00", "10:00", "12:00", "13:00", "14:00", "15:00", "16:00", "17:00"]
    assert [slot.free for slot in slots][:3] == [((BEN,),), ((BEN,),), ((ANA,),)]
    assert offered(known, only=(BEN,)) == ["09:00", "10:00"]


def test_somebody_who_does_not_perform_it_is_never_offered() -> None:
    assert offered(a_salon(), only=(BEN,)) == []


def test_everybody_takes_the_time_that_is_theirs() -> None:
    quick = Member(BEN, minutes=20)
    salon = a_salon(
        service=a_service(performed_by(ANA, quick), minutes=40), hours={None: opens("09:00-10:00")}
    )
    slots = open_slots(salon, [FRIDAY], LONG_AGO)[FRIDAY]
    assert [(slot.free[0], slot.end - slot.start) for slot in slots] == [
        ((ANA, BEN), 20),
        ((ANA, BEN), 20),
        ((BEN,), 20),
    ]


def test_a_free_person_without_a_free_room_is_not_offered() -> None:
    service = a_service(performed_by(ANA), in_one_of(FIRST_ROOM, SECOND_ROOM), minutes=60, step=60)
    salon = a_salon(service=service, hours={None: opens("09:00-12:00")})
    busy = {FIRST_ROOM: [span(salon, "09:00", "11:00")], SECOND_ROOM: [span(salon, "10:00", "12:00")]}
    known = a_salon(service=service, hours=salon.hours, busy=busy)
    slots = open_slots(known, [FRIDAY], LONG_AGO)[FRIDAY]
    assert times(known, slots) == ["09:00", "11:00"]
    assert [slot.free for slot in slots] == [((ANA,), (SECOND_ROOM,)), ((ANA,), (FIRST_ROOM,))]


def test_nobody_fills_two_needs_at_once() -> None:
    service = a_service(performed_by(ANA, BEN), in_one_of(ANA, BEN), minutes=60, step=60)
    salon = a_salon(service=service)
    assert len(offered(salon)) == 9
    away = a_salon(service=service, blocked={BEN: [span(salon, "09:00", "17:00")]})
    assert offered(away) == ["17:00"]


def test_somebody_can_be_asked_for_who_could_also_assist() -> None:
    service = a_service(performed_by(ANA, BEN), in_one_of(ANA, BEN), minutes=60, step=60)
    slots = open_slots(a_salon(service=service), [FRIDAY], LONG_AGO, only=(ANA,))[FRIDAY]
    assert slots[0].free == ((ANA,), (BEN,))


def test_a_person_is_free_while_the_colour_takes_and_the_chair_is_not() -> None:
    person = performed_by(ANA, stretches=((0, 30), (60, 90)))
    service = a_service(person, in_one_of(FIRST_ROOM), minutes=90, step=30)
    salon = a_salon(service=service, hours={None: opens("09:00-11:00")})
    between = [span(salon, "09:30", "10:00")]
    assert offered(a_salon(service=service, hours=salon.hours, busy={ANA: between})) == ["09:00"]
    assert offered(a_salon(service=service, hours=salon.hours, busy={FIRST_ROOM: between})) == []


def test_a_person_must_be_there_for_each_stretch_and_may_rest_in_between() -> None:
    service = a_service(performed_by(ANA, stretches=((0, 30), (60, 90))), minutes=90, step=30)
    hours = {None: opens("09:00-12:00"), ANA: opens("09:00-09:30", "10:00-11:00")}
    assert offered(a_salon(service=service, hours=hours)) == ["09:00"]


def test_a_class_is_not_offered_wherever_it_would_fit() -> None:
    assert offered(a_salon(service=a_service(capacity=8))) == []


def test_a_visit_is_for_one() -> None:
    assert open_slots(a_salon(), [FRIDAY], LONG_AGO, places=2) == {FRIDAY: []}
    assert days_with_room(a_salon(), [FRIDAY], LONG_AGO, places=2) == set()


def test_a_length_the_customer_chooses_keeps_to_the_units() -> None:
    service = a_service(unit="hour", minutes=None, step=30, min_units=2, max_units=4)
    salon = a_salon(service=service, hours={None: opens("09:00-12:00")})
    of = {n: times(salon, open_slots(salon, [FRIDAY], LONG_AGO, units=n)[FRIDAY]) for n in (None, 1, 3, 4, 5)}
    assert of == {
        None: ["09:00", "09:30", "10:00", "10:30", "11:00"],
        1: [],
        3: ["09:00", "09:30", "10:00", "10:30"],
        4: ["09:00", "09:30", "10:00"],
        5: [],
    }


def test_a_van_is_hired_by_the_day_and_for_a_week() -> None:
    service = a_service(unit="hour", minutes=None, step=24 * 60, min_units=1, max_units=7)
    garage = {"until": "2027-06-13", "service": service, "hours": {None: opens("00:00-24:00")}}
    wednesday = date(2027, 6, 9)

    def first_days(units: int, **more: object) -> list[int]:
        van = a_salon(**garage, **more)
        found = open_slots(van, days_between(van.first, van.last), LONG_AGO, units=units)
        return [day.day for day, slots in found.items() if times(van, slots) == ["00:00"]]

    assert first_days(1) == first_days(7) == [*range(4, 14)]
    noon = at(a_salon(), "12:00", wednesday)
    for missing in (
        {"off": {None: {wednesday}}},
        {"off": {ANA: {wednesday}}},
        {"blocked": {ANA: [(noon, noon + 60)]}},
        {"busy": {ANA: [(noon, noon + 60)]}},
    ):
        assert first_days(3, **missing) == [4, 5, 6, 10, 11, 12, 13]
        assert first_days(7, **missing) == [10, 11, 12, 13]


def test_a_service_nobody_performs_is_never_offered() -> None:
    assert offered(a_salon(service=a_service(performed_by()))) == []


def test_every_day_asked_for_has_an_answer() -> None:
    salon = a_salon("2027-06-04", until="2027-06-06", hours={None: opens("09:00-18:00", on=[4])})
    found = open_slots(salon, days_between(salon.first, salon.last), LONG_AGO)
    assert [len(slots) for slots in found.values()] == [35, 0, 0]
    assert days_with_room(salon, list(found), LONG_AGO) == {FRIDAY}


def test_days_the_facts_do_not_reach_are_refused_rather_than_guessed() -> None:
    with pytest.raises(ValueError, match="not loaded"):
        open_slots(a_salon(), [SATURDAY], LONG_AGO)


def test_the_next_three_begin_at_the_moment_asked_for() -> None:
    salon = a_salon(until="2027-06-05")
    after = at(salon, "17:15")
    found = next_free(salon, after, LONG_AGO)
    assert times(salon, found) == ["17:15", "17:30", "09:00"]
    assert found[0].start == after


def test_a_month_takes_each_zone_change_into_account() -> None:
    salon = a_salon("2027-10-01", until="2027-10-31", service=a_service(step=60))
    days = days_between(salon.first, salon.last)
    found = open_slots(salon, days, LONG_AGO)
    assert {utc(found[day][0].start).hour for day in days} == {7, 8}
    assert epoch_minute(datetime(2027, 10, 31, 8, tzinfo=UTC)) == found[days[-1]][0].start
