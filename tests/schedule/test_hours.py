"""Who is there when: weekly hours, rotas and seasons, special days, days and hours off."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.schedule.facts import Facts, Hours
from app.schedule.judging import refusals
from app.schedule.slots import days_with_room, open_slots
from app.schedule.wall_clock import days_between, utc
from tests.schedule.examples import (
    ANA,
    BEN,
    LONG_AGO,
    a_salon,
    a_service,
    at,
    in_one_of,
    minutes,
    offered,
    opens,
    performed_by,
    span,
    times,
)

THURSDAY, FRIDAY, SATURDAY, SUNDAY = (date(2027, 6, day) for day in (3, 4, 5, 6))
HOURLY = a_service(minutes=60, step=60)
NIGHT = {None: opens("20:00-27:00", on=[4])}


def on(day: date, *intervals: str) -> dict[date, list[tuple[int, int]]]:
    """A special day: on(FRIDAY, "10:00-14:00"), or a closed one."""
    pairs = (interval.split("-") for interval in intervals)
    return {day: [(minutes(start), minutes(end)) for start, end in pairs]}


def told(facts: Facts, clock: str, day: date | None = None) -> list[str]:
    return [str(it) for it in refusals(facts, at(facts, clock, day), LONG_AGO)]


# Around the clock and past midnight


def test_a_shop_that_never_closes_begins_its_steps_anew_every_midnight() -> None:
    hours = {None: opens("00:00-24:00")}
    salon = a_salon(until="2027-06-05", service=a_service(minutes=60, step=50), hours=hours)
    assert offered(salon, FRIDAY)[-1] == "23:20"
    assert offered(salon, SATURDAY)[:2] == ["00:00", "00:50"]
    assert told(salon, "23:20") == []


def test_a_day_of_24_hours_from_nine_to_nine_is_one_piece_of_time() -> None:
    hours = {None: opens("09:00-33:00", on=[4])}
    salon = a_salon(until="2027-06-05", service=a_service(minutes=240, step=240), hours=hours)
    assert offered(salon, FRIDAY) == ["09:00", "13:00", "17:00", "21:00", "01:00", "05:00"]
    assert offered(salon, SATURDAY) == []


def test_a_visit_may_last_longer_than_the_evening_if_the_morning_follows_at_once() -> None:
    hours = {None: (*opens("20:00-24:00", on=[4]), *opens("00:00-04:00", on=[5]))}
    salon = a_salon(until="2027-06-05", service=a_service(minutes=300, step=60), hours=hours)
    assert offered(salon, FRIDAY) == ["20:00", "21:00", "22:00", "23:00"]


def test_a_closing_at_midnight_is_not_a_minute_earlier() -> None:
    salon = a_salon(service=a_service(minutes=60, step=15), hours={None: opens("20:00-24:00")})
    slots = open_slots(salon, [FRIDAY], LONG_AGO)[FRIDAY]
    assert utc(slots[-1].end) == datetime(2027, 6, 4, 22, tzinfo=UTC)
    assert told(salon, "23:00") == []
    assert told(salon, "23:15") == ["closed"]


def test_a_break_across_midnight_leaves_the_night_to_the_evening() -> None:
    hours = {None: opens("20:00-28:00", on=[4])}
    hours[ANA] = (*opens("20:00-23:45", on=[4]), *opens("00:15-04:00", on=[5]))
    salon = a_salon(until="2027-06-05", service=a_service(step=30), hours=hours)
    assert offered(salon, FRIDAY)[5:9] == ["22:30", "23:00", "00:15", "00:45"]
    assert offered(salon, SATURDAY) == []
    assert told(salon, "23:30") == ["staff_off"]


def test_a_closed_saturday_does_not_cut_the_night_of_friday() -> None:
    for closed in ({"off": {None: {SATURDAY}}}, {"special": {None: on(SATURDAY)}}):
        salon = a_salon(until="2027-06-05", service=a_service(minutes=120, step=30), hours=NIGHT, **closed)
        late = next(
            it for it in open_slots(salon, [FRIDAY], LONG_AGO)[FRIDAY] if it.start == at(salon, "23:30")
        )
        assert utc(late.end) == datetime(2027, 6, 4, 23, 30, tzinfo=UTC)
        assert offered(salon, FRIDAY)[-1] == "01:00"
        assert offered(salon, SATURDAY) == []


# Special days


def test_a_special_day_replaces_the_weekly_hours_and_nothing_else() -> None:
    salon = a_salon(
        "2027-06-03", until="2027-06-05", service=HOURLY, special={None: on(FRIDAY, "12:00-14:00")}
    )
    assert offered(salon, FRIDAY) == ["12:00", "13:00"]
    assert offered(salon, THURSDAY) == offered(salon, SATURDAY) == offered(a_salon(service=HOURLY))


def test_a_special_day_may_open_a_day_that_is_always_closed() -> None:
    hours = {None: opens("09:00-18:00", on=range(5))}
    salon = a_salon("2027-06-05", service=HOURLY, hours=hours, special={None: on(SATURDAY, "10:00-12:00")})
    assert offered(salon) == ["10:00", "11:00"]


def test_a_special_day_without_hours_is_closed() -> None:
    salon = a_salon(special={None: on(FRIDAY)})
    assert offered(salon) == []
    assert told(salon, "10:00") == ["closed"]


def test_a_special_day_may_last_past_midnight_and_keeps_its_night() -> None:
    special = {None: on(FRIDAY, "20:00-26:00")}
    salon = a_salon(until="2027-06-05", service=HOURLY, special=special)
    assert offered(salon, FRIDAY) == ["20:00", "21:00", "22:00", "23:00", "00:00", "01:00"]
    assert offered(salon, SATURDAY)[0] == "09:00"


def test_the_longer_hours_of_a_special_day_do_not_make_a_person_work() -> None:
    special = {None: on(FRIDAY, "09:00-22:00")}
    hours = {None: opens("09:00-18:00"), ANA: opens("09:00-18:00")}
    service = a_service(performed_by(ANA, BEN), minutes=60, step=60)
    salon = a_salon(hours=hours, special=special, service=service)
    assert offered(salon, only=[ANA])[-1] == "17:00"
    assert offered(salon, only=[BEN])[-1] == "21:00"


def test_a_special_day_of_a_person_replaces_theirs_and_does_not_open_the_shop() -> None:
    hours = {None: opens("09:00-18:00"), ANA: opens("09:00-18:00", on=[0])}
    salon = a_salon(service=HOURLY, hours=hours, special={ANA: on(FRIDAY, "07:00-11:00", "16:00-20:00")})
    assert offered(salon) == ["09:00", "10:00", "16:00", "17:00"]
    assert told(salon, "08:00") == ["closed"]
    assert told(salon, "19:00") == ["closed"]
    assert told(salon, "12:00") == ["staff_off"]


def test_a_special_day_of_somebody_with_the_hours_of_the_shop_changes_that_day_only() -> None:
    special = {None: on(SATURDAY, "12:00-14:00"), ANA: on(FRIDAY, "10:00-12:00")}
    salon = a_salon("2027-06-03", until="2027-06-05", service=HOURLY, special=special)
    assert offered(salon, THURSDAY)[0] == "09:00"
    assert offered(salon, FRIDAY) == ["10:00", "11:00"]
    assert offered(salon, SATURDAY) == ["12:00", "13:00"]


def test_a_person_may_have_a_special_day_on_which_they_are_not_there() -> None:
    salon = a_salon(special={ANA: on(FRIDAY)})
    assert offered(salon) == []
    assert told(salon, "10:00") == ["staff_off"]


def test_a_room_may_have_a_special_day() -> None:
    service = a_service(performed_by(ANA), in_one_of(11), minutes=60, step=60)
    salon = a_salon(service=service, special={11: on(FRIDAY, "10:00-12:00")})
    assert offered(salon) == ["10:00", "11:00"]
    assert told(salon, "09:00") == ["no_room"]


# Days off


@pytest.mark.parametrize("whose", [None, ANA])
def test_a_day_off_takes_what_begins_on_it_with_its_night(whose: int | None) -> None:
    hours = {None: opens("20:00-27:00"), ANA: opens("20:00-27:00")}
    salon = a_salon("2027-06-03", until="2027-06-05", service=HOURLY, hours=hours, off={whose: {FRIDAY}})
    assert offered(salon, THURSDAY)[-1] == "02:00"
    assert offered(salon, FRIDAY) == []
    assert offered(salon, SATURDAY)[0] == "20:00"
    assert told(salon, "02:00", SATURDAY) == ["closed" if whose is None else "staff_off"]


def test_somebody_with_the_hours_of_the_shop_who_is_off_saturday_stays_to_the_end_of_fridays_night() -> None:
    salon = a_salon(
        until="2027-06-05", service=HOURLY, hours={None: opens("20:00-27:00")}, off={ANA: {SATURDAY}}
    )
    assert offered(salon, FRIDAY)[-1] == "02:00"
    assert offered(salon, SATURDAY) == []


def test_a_day_off_comes_before_a_special_day() -> None:
    for whose in (None, ANA):
        salon = a_salon(special={whose: on(FRIDAY, "09:00-18:00")}, off={whose: {FRIDAY}})
        assert offered(salon) == []


def test_a_day_off_of_one_leaves_the_others() -> None:
    salon = a_salon(service=a_service(performed_by(ANA, BEN), step=60), off={ANA: {FRIDAY}})
    slots = open_slots(salon, [FRIDAY], LONG_AGO)[FRIDAY]
    assert {slot.free for slot in slots} == {((BEN,),)}


# Hours off


@pytest.mark.parametrize("whose", [None, ANA])
def test_hours_off_cut_the_clock_and_the_steps_begin_anew_after_them(whose: int | None) -> None:
    salon = a_salon(service=HOURLY)
    away = a_salon(service=HOURLY, blocked={whose: [span(salon, "11:30", "13:20")]})
    assert offered(away) == ["09:00", "10:00", "13:20", "14:20", "15:20", "16:20"]
    assert told(away, "11:00") == ["closed" if whose is None else "staff_off"]
    assert told(away, "14:00") == ["off_grid"]


def test_hours_off_go_on_past_midnight_whatever_day_it_is() -> None:
    salon = a_salon(until="2027-06-05", hours={None: opens("20:00-27:00")})
    away = {ANA: [(at(salon, "22:00"), at(salon, "01:30", SATURDAY))]}
    known = a_salon(until="2027-06-05", service=a_service(step=30), hours=salon.hours, blocked=away)
    assert offered(known, FRIDAY) == ["20:00", "20:30", "21:00", "21:30", "01:30", "02:00", "02:30"]


def test_hours_off_outside_of_somebodys_hours_change_nothing() -> None:
    salon = a_salon(service=HOURLY)
    away = a_salon(
        service=HOURLY, blocked={ANA: [span(salon, "06:00", "09:00"), span(salon, "18:00", "20:00")]}
    )
    assert offered(away) == offered(salon)


def test_buffers_may_lie_in_hours_off() -> None:
    service = a_service(minutes=60, step=60, before=30, after=30)
    salon = a_salon(service=service)
    away = a_salon(service=service, blocked={ANA: [span(salon, "11:00", "12:00")]})
    assert offered(away)[:3] == ["09:00", "10:00", "12:00"]


# Seasons and rotas


def mondays(first: date, count: int) -> list[date]:
    return [first + timedelta(7 * week) for week in range(count)]


def worked(facts: Facts, days: list[date]) -> list[date]:
    return sorted(days_with_room(facts, days, datetime(2000, 1, 1, tzinfo=UTC)))


def a_rota(*weeks: int, of: int, first: date, days: int, **limits: date) -> Facts:
    """A person who works on the Mondays of some weeks of a rota."""
    hours = tuple(Hours(0, 540, 1080, rota_week=week, rota_of=of, **limits) for week in weeks)
    until = first + timedelta(days)
    return a_salon(str(first), until=str(until), hours={None: opens("09:00-18:00"), ANA: hours})


@pytest.mark.parametrize(
    ("first", "what"),
    [
        (date(2026, 12, 14), "a year of 53 weeks"),
        (date(2020, 12, 14), "another"),
        (date(2027, 12, 13), "a year of 52 weeks"),
        (date(2099, 12, 14), "the last that can be booked"),
    ],
)
def test_two_weeks_take_turns_across_the_new_year(first: date, what: str) -> None:
    days = mondays(first, 6)
    even, odd = (worked(a_rota(week, of=2, first=first, days=36), days) for week in (0, 1))
    assert sorted([even, odd]) == [days[::2], days[1::2]], what


def test_the_first_week_of_every_rota_is_the_first_of_january_2000() -> None:
    first = date(2000, 1, 3)
    for weeks in (1, 2, 3, 4, 52):
        assert worked(a_rota(0, of=weeks, first=first, days=21), mondays(first, 3))[0] == first
    # 1,428 weeks later, which is a multiple of two, three and four.
    assert worked(a_rota(0, of=3, first=date(2027, 5, 17), days=0), [date(2027, 5, 17)]) == [
        date(2027, 5, 17)
    ]
    assert worked(a_rota(0, of=4, first=date(2027, 5, 17), days=0), [date(2027, 5, 17)]) == [
        date(2027, 5, 17)
    ]


def test_a_rota_of_three_weeks_comes_round_every_three() -> None:
    first = date(2026, 11, 9)
    days = mondays(first, 12)
    turns = [worked(a_rota(week, of=3, first=first, days=80), days) for week in range(3)]
    assert sorted(turns) == [days[0::3], days[1::3], days[2::3]]


def test_a_week_of_a_rota_begins_on_monday() -> None:
    hours = tuple(Hours(weekday, 540, 600, rota_week=week, rota_of=2) for weekday, week in ((6, 0), (0, 1)))
    first = date(2027, 5, 17)
    salon = a_salon(
        str(first), until=str(first + timedelta(13)), hours={None: opens("09:00-18:00"), ANA: hours}
    )
    assert worked(salon, days_between(salon.first, salon.last)) == [date(2027, 5, 23), date(2027, 5, 24)]


def test_a_night_belongs_to_the_week_in_which_it_began() -> None:
    first = date(2027, 5, 17)
    hours = {None: opens("20:00-27:00"), ANA: (Hours(6, 1200, 1620, rota_week=0, rota_of=2),)}
    sunday = first + timedelta(6)
    salon = a_salon(str(sunday), until=str(sunday + timedelta(1)), hours=hours, service=HOURLY)
    assert offered(salon, sunday)[-1] == "02:00"
    assert offered(salon, sunday + timedelta(1)) == []


def test_hours_hold_from_their_first_to_their_last_day() -> None:
    summer = (Hours(4, 540, 600, FRIDAY, FRIDAY + timedelta(14)),)
    salon = a_salon("2027-05-01", until="2027-07-31", hours={None: opens("09:00-18:00"), ANA: summer})
    fridays = [FRIDAY + timedelta(7 * week) for week in range(-3, 6)]
    assert worked(salon, fridays) == fridays[3:6]


def test_out_of_season_somebody_with_hours_is_off_and_the_shop_is_closed() -> None:
    past = (Hours(4, 540, 1080, None, FRIDAY - timedelta(1)),)
    assert told(a_salon(hours={None: opens("09:00-18:00"), ANA: past}), "10:00") == ["staff_off"]
    assert told(a_salon(hours={None: past}), "10:00") == ["closed"]


def test_one_season_follows_another_and_a_rota_may_have_a_season() -> None:
    first = date(2027, 5, 17)
    hours = (
        Hours(0, 540, 1080, None, date(2027, 6, 6)),
        Hours(0, 540, 1080, date(2027, 6, 7), None, 1, 2),
    )
    salon = a_salon(
        str(first), until=str(first + timedelta(48)), hours={None: opens("09:00-18:00"), ANA: hours}
    )
    days = mondays(first, 7)
    # The first is the first week of a rota of two, so that the fourth, sixth and so on are the second.
    assert worked(salon, days) == [*days[:3], days[3], days[5]]


def test_hours_past_midnight_on_the_last_day_of_a_season_are_whole() -> None:
    hours = {None: (Hours(4, 1200, 1620, None, FRIDAY),)}
    salon = a_salon(until="2027-06-05", service=HOURLY, hours=hours)
    assert times(salon, open_slots(salon, [FRIDAY], LONG_AGO)[FRIDAY])[-1] == "02:00"
