"""How many bookings a day, a person or a customer may have, and who takes the next one."""

from datetime import date

import pytest

from app.schedule.facts import Facts, Member
from app.schedule.judging import choose, refusals
from app.schedule.slots import days_with_room, open_slots
from app.schedule.verdict import Choice, Refusal
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
    offered,
    opens,
    performed_by,
    span,
)

FRIDAY, SATURDAY = date(2027, 6, 4), date(2027, 6, 5)
THIRD_ROOM = 13
HOURLY = {"minutes": 60, "step": 60}


def told(facts: Facts, clock: str, day: date | None = None, **more: object) -> list[str]:
    return [str(it) for it in refusals(facts, at(facts, clock, day), LONG_AGO, **more)]  # type: ignore[arg-type]


def taken_by(facts: Facts, clock: str, **more: object) -> tuple[int, ...]:
    chosen = choose(facts, at(facts, clock), LONG_AGO, **more)  # type: ignore[arg-type]
    assert chosen is not None
    return chosen.resources


def test_a_service_that_has_its_bookings_of_a_day_is_not_offered_on_it() -> None:
    service = a_service(daily_limit=2)
    salon = a_salon(until="2027-06-05", service=service, booked={(None, FRIDAY): 2, (None, SATURDAY): 1})
    assert offered(salon, FRIDAY) == []
    assert offered(salon, SATURDAY) != []
    assert days_with_room(salon, [FRIDAY, SATURDAY], LONG_AGO) == {SATURDAY}
    assert told(salon, "09:00") == ["limit"]
    assert told(salon, "09:00", SATURDAY) == []


def test_the_night_counts_for_the_day_it_began() -> None:
    hours = {None: opens("20:00-27:00")}
    salon = a_salon(
        until="2027-06-05", service=a_service(daily_limit=1), hours=hours, booked={(None, FRIDAY): 1}
    )
    assert told(salon, "01:00", SATURDAY) == ["limit"]
    assert told(salon, "20:00", SATURDAY) == []


def test_somebody_with_their_fill_is_not_offered_and_others_are() -> None:
    service = a_service(performed_by(Member(ANA, daily_limit=3), BEN), **HOURLY)
    salon = a_salon(until="2027-06-05", service=service, booked={(ANA, FRIDAY): 3, (BEN, FRIDAY): 9})
    assert {it.free for it in open_slots(salon, [FRIDAY], LONG_AGO)[FRIDAY]} == {((BEN,),)}
    assert {it.free for it in open_slots(salon, [SATURDAY], LONG_AGO)[SATURDAY]} == {((ANA, BEN),)}
    assert taken_by(salon, "09:00") == (BEN,)
    assert told(salon, "09:00", only=[ANA]) == ["limit"]
    assert offered(salon, FRIDAY, only=[ANA]) == []


def test_a_limit_holds_for_who_performs_and_not_for_who_helps() -> None:
    service = a_service(performed_by(ANA), in_one_of(BEN, kind="staff"))
    assert offered(a_salon(service=service, booked={(BEN, FRIDAY): 99})) != []


def test_a_limit_without_the_count_of_bookings_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="count"):
        offered(a_salon(service=a_service(daily_limit=1)))


def test_a_customer_who_may_have_no_more_is_refused_everywhere() -> None:
    salon = a_salon(customer_room=0)
    assert offered(salon) == []
    assert told(salon, "09:00") == ["limit"]
    assert told(salon, "03:00") == ["closed", "limit"]
    assert offered(a_salon(customer_room=1)) != []


def test_a_member_may_go_beyond_a_limit() -> None:
    salon = a_salon(customer_room=0)
    chosen = choose(salon, at(salon, "09:00"), LONG_AGO, despite={Refusal.LIMIT})
    assert chosen == Choice(at(salon, "09:00"), at(salon, "09:30"), (ANA,), (Refusal.LIMIT,))


def test_one_more_booking_counts_at_once() -> None:
    service = a_service(performed_by(Member(ANA, daily_limit=2), BEN), daily_limit=3, **HOURLY)
    salon = a_salon(service=service, booked={(ANA, FRIDAY): 1, (None, FRIDAY): 1}, customer_room=2)
    nine, ten = at(salon, "09:00"), at(salon, "10:00")
    after = salon.taking(Choice(nine, ten, (ANA,)), FRIDAY, [(ANA, (nine, ten))])
    assert after.busy == {ANA: [(nine, ten)]}
    assert after.booked == {(ANA, FRIDAY): 2, (None, FRIDAY): 2}
    assert after.customer_room == 1
    assert told(after, "11:00", only=[ANA]) == ["limit"]
    assert told(after, "11:00") == []
    last = after.taking(Choice(nine, ten, (BEN,)), FRIDAY, [(BEN, (nine, ten))])
    assert told(last, "11:00") == ["limit"]
    assert last.customer_room == 0


def test_the_person_with_the_fewest_bookings_takes_the_next() -> None:
    service = a_service(performed_by(ANA, BEN, CAM))
    counts = {(ANA, FRIDAY): 2, (BEN, FRIDAY): 1, (CAM, FRIDAY): 1, (ANA, SATURDAY): 0, (BEN, SATURDAY): 7}
    salon = a_salon(service=service, booked=counts)
    assert taken_by(salon, "09:00") == (BEN,)
    assert taken_by(
        a_salon(service=service, booked=counts, busy={BEN: [span(salon, "09:00", "10:00")]}), "09:00"
    ) == (CAM,)
    assert taken_by(a_salon(service=service, booked={}), "09:00") == (ANA,)


def rooms_with(*free_around_ten: tuple[str, str], need_first: bool = False) -> Facts:
    """Rooms that are taken until the first and from the second of two times."""
    rooms = (FIRST_ROOM, SECOND_ROOM, THIRD_ROOM)[: len(free_around_ten)]
    if need_first:
        service = a_service(performed_by(*rooms, kind="space"), **HOURLY)
    else:
        service = a_service(performed_by(ANA), in_one_of(*rooms, kind="space"), **HOURLY)
    salon = a_salon(service=service)
    busy = {
        room: [span(salon, "06:00", since), span(salon, until, "22:00")]
        for room, (since, until) in zip(rooms, free_around_ten, strict=True)
    }
    return a_salon(service=service, busy=busy, booked={})


@pytest.mark.parametrize("need_first", [False, True])
@pytest.mark.parametrize(
    ("free", "room"),
    [
        ((("09:00", "12:00"), ("10:00", "11:30"), ("09:30", "11:00")), SECOND_ROOM),
        ((("09:00", "11:00"), ("09:30", "11:15"), ("10:00", "12:00")), SECOND_ROOM),
        ((("09:00", "11:00"), ("10:00", "12:00")), FIRST_ROOM),
        ((("09:00", "12:00"), ("10:00", "11:00")), SECOND_ROOM),
        ((("10:00", "10:30"), ("08:00", "12:00")), SECOND_ROOM),
    ],
)
def test_the_room_with_the_smallest_gap_left_over_is_taken(
    free: tuple[tuple[str, str], ...], room: int, need_first: bool
) -> None:
    assert taken_by(rooms_with(*free, need_first=need_first), "10:00")[-1] == room


def test_a_room_that_is_empty_all_day_is_the_last_to_be_taken() -> None:
    service = a_service(
        performed_by(ANA), in_one_of(FIRST_ROOM, SECOND_ROOM, THIRD_ROOM, kind="space"), **HOURLY
    )
    salon = a_salon(service=service)
    morning = a_salon(service=service, busy={THIRD_ROOM: [span(salon, "07:00", "08:00")]})
    assert taken_by(morning, "15:00") == (ANA, THIRD_ROOM)
    assert taken_by(salon, "15:00") == (ANA, FIRST_ROOM)


def test_only_the_nearest_bookings_count_for_a_gap() -> None:
    service = a_service(performed_by(ANA), in_one_of(FIRST_ROOM, SECOND_ROOM, kind="space"), **HOURLY)
    salon = a_salon(service=service)
    busy = {
        FIRST_ROOM: [span(salon, "09:30", "09:40"), span(salon, "11:30", "11:40")],
        SECOND_ROOM: [
            *(span(salon, f"0{hour}:00", f"0{hour}:55") for hour in (6, 7, 8, 9)),
            *(span(salon, f"{hour}:10", f"{hour}:50") for hour in (11, 12, 13)),
        ],
    }
    assert taken_by(a_salon(service=service, busy=busy), "10:00") == (ANA, SECOND_ROOM)


def test_people_who_help_are_taken_by_number_and_not_by_fit() -> None:
    service = a_service(performed_by(ANA), in_one_of(BEN, CAM, kind="staff"), **HOURLY)
    salon = a_salon(service=service)
    tight = a_salon(
        service=service, busy={CAM: [span(salon, "09:00", "10:00"), span(salon, "11:00", "12:00")]}
    )
    assert taken_by(tight, "10:00") == (ANA, BEN)


def test_the_gap_of_a_room_is_measured_from_the_end_of_its_own_visit() -> None:
    rooms = performed_by(Member(FIRST_ROOM, minutes=30), Member(SECOND_ROOM, minutes=60), kind="space")
    service = a_service(rooms)
    salon = a_salon(service=service)
    busy = {
        FIRST_ROOM: [span(salon, "09:00", "10:00"), span(salon, "10:35", "12:00")],
        SECOND_ROOM: [span(salon, "09:00", "10:00"), span(salon, "11:10", "12:00")],
    }
    assert taken_by(a_salon(service=service, busy=busy), "10:00") == (FIRST_ROOM,)


def test_the_gap_of_a_room_is_measured_around_its_work() -> None:
    rooms = in_one_of(FIRST_ROOM, SECOND_ROOM, kind="space", stretches=((30, 60),))
    service = a_service(performed_by(ANA), rooms, **HOURLY)
    salon = a_salon(service=service)
    busy = {
        FIRST_ROOM: [span(salon, "09:00", "09:50"), span(salon, "11:00", "12:00")],
        SECOND_ROOM: [span(salon, "10:05", "10:25"), span(salon, "11:00", "12:00")],
    }
    assert taken_by(a_salon(service=service, busy=busy), "10:00") == (ANA, SECOND_ROOM)
