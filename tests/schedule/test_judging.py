"""Why a start cannot be had, and who takes one that can."""

from datetime import date, datetime, timedelta

import pytest

from app.schedule.facts import Facts, Member
from app.schedule.judging import choose, refusals, why_not
from app.schedule.verdict import Choice, Refusal
from app.schedule.wall_clock import utc
from tests.schedule.examples import (
    ANA,
    BEN,
    CAM,
    FIRST_ROOM,
    LONG_AGO,
    SECOND_ROOM,
    a_salon,
    a_service,
    at,
    in_one_of,
    opens,
    performed_by,
    span,
)

FRIDAY = date(2027, 6, 4)


def told(facts: Facts, clock: str, now: datetime = LONG_AGO, **more: object) -> list[str]:
    return [str(it) for it in refusals(facts, at(facts, clock), now, **more)]  # type: ignore[arg-type]


def test_a_start_that_can_be_had_has_no_refusal() -> None:
    assert told(a_salon(), "09:00") == []
    assert why_not(a_salon(), at(a_salon(), "09:00"), LONG_AGO) is None


@pytest.mark.parametrize(
    ("clock", "reasons"), [("08:45", ["closed"]), ("17:45", ["closed"]), ("03:00", ["closed"])]
)
def test_outside_its_hours_the_shop_is_closed(clock: str, reasons: list[str]) -> None:
    assert told(a_salon(), clock) == reasons


def test_a_person_who_is_not_there_is_off() -> None:
    salon = a_salon(hours={None: opens("09:00-18:00"), ANA: opens("12:00-18:00")})
    assert told(salon, "11:45") == ["staff_off"]


def test_both_are_said_of_a_closed_shop_and_a_person_who_is_off() -> None:
    salon = a_salon(hours={None: opens("09:00-18:00"), ANA: opens("12:00-20:00")})
    assert told(salon, "08:00") == ["closed", "staff_off"]
    assert told(salon, "19:00") == ["closed"]


def test_time_off_is_off_and_taken_time_is_busy() -> None:
    salon = a_salon()
    assert told(a_salon(blocked={ANA: [span(salon, "10:00", "11:00")]}), "10:45") == ["staff_off"]
    assert told(a_salon(busy={ANA: [span(salon, "10:00", "11:00")]}), "10:45") == ["busy"]


def test_everything_is_said_in_one_order() -> None:
    service = a_service(performed_by(ANA), in_one_of(FIRST_ROOM), notice_amount=120, advance_days=0)
    salon = a_salon(service=service)
    taken = [span(salon, "10:00", "11:00")]
    known = a_salon(
        service=service,
        busy={ANA: taken, FIRST_ROOM: taken},
        hours={None: opens("09:00-18:00"), ANA: opens("11:00-18:00")},
        blocked={None: [span(salon, "10:20", "18:00")]},
    )
    now = utc(at(salon, "23:00") - 24 * 60)
    assert told(known, "10:10", now) == ["closed", "staff_off", "busy", "too_far", "no_room"]
    assert why_not(known, at(known, "10:10"), now) is Refusal.CLOSED


def test_a_start_between_the_steps_is_off_the_grid() -> None:
    assert told(a_salon(), "09:10") == ["off_grid"]


def test_the_past_is_too_soon() -> None:
    salon = a_salon()
    assert told(salon, "09:00", utc(at(salon, "09:00"))) == []
    assert told(salon, "09:00", utc(at(salon, "09:00")) + timedelta(seconds=1)) == ["too_soon"]


def test_a_day_past_the_window_is_too_far() -> None:
    salon = a_salon(service=a_service(advance_days=60))
    assert told(salon, "17:30", datetime.fromisoformat("2027-04-05T00:00+02:00")) == []
    assert told(salon, "17:30", datetime.fromisoformat("2027-04-04T23:59+02:00")) == ["too_far"]


def test_a_class_is_off_the_grid_everywhere() -> None:
    assert told(a_salon(service=a_service(capacity=8)), "09:00") == ["off_grid"]


def test_nobody_to_perform_it_means_staff_is_off() -> None:
    assert told(a_salon(service=a_service(performed_by())), "09:00") == ["staff_off"]
    assert told(a_salon(), "09:00", only=(BEN,)) == ["staff_off"]


def test_among_several_the_one_counts_whose_time_was_merely_taken() -> None:
    service = a_service(performed_by(ANA, BEN, CAM))
    salon = a_salon(service=service)
    known = a_salon(
        service=service,
        blocked={ANA: [span(salon, "09:00", "18:00")], CAM: [span(salon, "09:00", "09:10")]},
        busy={BEN: [span(salon, "10:00", "12:00")]},
    )
    assert told(known, "10:00") == ["busy"]
    assert told(known, "10:00", only=(ANA,)) == ["staff_off"]
    assert told(known, "10:00", only=(CAM,)) == ["off_grid"]
    assert told(known, "09:30") == []


def test_no_room_is_said_of_rooms_that_are_taken_or_closed() -> None:
    service = a_service(performed_by(ANA), in_one_of(FIRST_ROOM, SECOND_ROOM))
    salon = a_salon(service=service)
    rooms = {FIRST_ROOM: [span(salon, "10:00", "11:00")]}
    closed = {None: opens("09:00-18:00"), SECOND_ROOM: opens("12:00-18:00")}
    assert told(a_salon(service=service, busy=rooms, hours=closed), "10:00") == ["no_room"]
    assert told(a_salon(service=service, busy=rooms), "10:00") == []


def test_a_room_can_be_asked_for() -> None:
    service = a_service(performed_by(ANA), in_one_of(FIRST_ROOM, SECOND_ROOM))
    salon = a_salon(service=service)
    known = a_salon(service=service, busy={FIRST_ROOM: [span(salon, "10:00", "11:00")]})
    assert told(known, "10:00", only=(FIRST_ROOM,)) == ["no_room"]
    chosen = choose(known, at(known, "10:00"), LONG_AGO, only=(SECOND_ROOM,))
    assert chosen is not None
    assert chosen.resources == (ANA, SECOND_ROOM)


@pytest.mark.parametrize("clock", ["2027-06-03 23:59", "2027-06-06 00:00"])
def test_a_start_the_facts_do_not_reach_is_refused_rather_than_guessed(clock: str) -> None:
    day, _, time = clock.partition(" ")
    salon = a_salon()
    with pytest.raises(ValueError, match="not loaded"):
        refusals(salon, at(salon, time, date.fromisoformat(day)), LONG_AGO)


def test_the_night_after_the_last_day_can_still_be_judged() -> None:
    salon = a_salon(hours={None: opens("20:00-27:00")})
    assert refusals(salon, at(salon, "01:30", date(2027, 6, 5)), LONG_AGO) == ()


def test_a_shop_that_never_closes_can_be_judged_to_the_end_of_the_window() -> None:
    salon = a_salon(hours={None: opens("00:00-24:00")}, service=a_service(minutes=60))
    assert refusals(salon, at(salon, "23:45", date(2027, 6, 5)), LONG_AGO) == ()


def test_steps_begin_where_person_and_shop_had_both_begun_even_the_day_before() -> None:
    hours = {None: opens("10:00-33:00"), ANA: opens("19:00-43:00")}
    salon = a_salon(hours=hours, service=a_service(step=50))
    assert told(salon, "05:00") == ["off_grid"]
    assert told(salon, "05:10") == []


def test_a_length_the_facts_do_not_reach_is_refused() -> None:
    salon = a_salon()
    start = at(salon, "09:00")
    for end in (start, start - 30, start + 31):
        with pytest.raises(ValueError, match="not loaded"):
            refusals(salon, start, LONG_AGO, end=end)


def test_a_visit_of_a_chosen_length_is_judged_to_its_end() -> None:
    service = a_service(unit="hour", minutes=None, step=30, min_units=1, max_units=4)
    salon = a_salon(service=service)
    known = a_salon(service=service, busy={ANA: [span(salon, "10:00", "11:00")]})
    assert told(known, "09:00", end=at(known, "10:00")) == []
    assert told(known, "09:00", end=at(known, "10:30")) == ["busy"]
    assert told(known, "09:00", end=at(known, "09:45")) == ["off_grid"]


def three_people(**booked: int) -> Facts:
    counts = {(ANA, FRIDAY): 2, (BEN, FRIDAY): 1, (CAM, FRIDAY): 1}
    return a_salon(service=a_service(performed_by(CAM, BEN, ANA)), booked=counts)


def test_whoever_has_the_fewest_bookings_takes_it_and_the_lowest_id_of_those() -> None:
    salon = three_people()
    assert choose(salon, at(salon, "09:00"), LONG_AGO) == Choice(
        at(salon, "09:00"), at(salon, "09:30"), (BEN,)
    )


def test_bookings_of_the_night_count_for_the_day_it_began() -> None:
    service = a_service(performed_by(ANA, BEN))
    counts = {(ANA, FRIDAY): 1, (BEN, date(2027, 6, 5)): 5}
    salon = a_salon(service=service, booked=counts, hours={None: opens("20:00-27:00")})
    chosen = choose(salon, at(salon, "01:30", date(2027, 6, 5)), LONG_AGO)
    assert chosen is not None
    assert chosen.resources == (BEN,)


def test_choosing_among_several_without_their_counts_is_a_mistake() -> None:
    salon = a_salon(service=a_service(performed_by(ANA, BEN)))
    with pytest.raises(ValueError, match="count"):
        choose(salon, at(salon, "09:00"), LONG_AGO)


def test_who_is_chosen_takes_as_long_as_they_take() -> None:
    service = a_service(performed_by(ANA, Member(BEN, minutes=50)))
    salon = a_salon(service=service, booked={(ANA, FRIDAY): 1})
    chosen = choose(salon, at(salon, "09:00"), LONG_AGO)
    assert chosen is not None
    assert (chosen.resources, chosen.end - chosen.start) == ((BEN,), 50)


def test_nobody_is_chosen_for_a_start_that_is_refused() -> None:
    salon = a_salon(busy={})
    assert choose(salon, at(salon, "08:00"), LONG_AGO) is None
    assert choose(salon, at(salon, "09:10"), LONG_AGO) is None


def test_a_member_may_go_on_despite_what_they_accept_and_it_is_told() -> None:
    salon = a_salon()
    known = a_salon(busy={ANA: [span(salon, "09:00", "10:00")]})
    accepted = {Refusal.OFF_GRID, Refusal.BUSY}
    chosen = choose(known, at(known, "09:10"), LONG_AGO, despite=accepted)
    assert chosen is not None
    assert chosen.despite == (Refusal.BUSY, Refusal.OFF_GRID)
    assert choose(known, at(known, "09:10"), LONG_AGO, despite={Refusal.OFF_GRID}) is None


def test_somebody_free_comes_before_somebody_who_must_be_squeezed_in() -> None:
    service = a_service(performed_by(ANA, BEN), in_one_of(FIRST_ROOM, SECOND_ROOM))
    salon = a_salon(service=service)
    known = a_salon(
        service=service,
        booked={(BEN, FRIDAY): 3},
        busy={ANA: [span(salon, "09:00", "10:00")], FIRST_ROOM: [span(salon, "09:00", "10:00")]},
    )
    chosen = choose(known, at(known, "09:00"), LONG_AGO, despite=set(Refusal))
    assert chosen is not None
    assert chosen.resources == (BEN, SECOND_ROOM)
    assert chosen.despite == ()


def test_a_member_can_squeeze_into_a_taken_room() -> None:
    service = a_service(performed_by(ANA), in_one_of(FIRST_ROOM))
    salon = a_salon(service=service)
    known = a_salon(service=service, busy={FIRST_ROOM: [span(salon, "09:00", "10:00")]})
    chosen = choose(known, at(known, "09:00"), LONG_AGO, despite={Refusal.NO_ROOM})
    assert chosen is not None
    assert chosen.resources == (ANA, FIRST_ROOM)
