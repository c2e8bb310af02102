"""When somebody is busy, by calendars as programs write them, and by those nobody would."""

import contextlib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.feeds import reading
from app.feeds.busy import Busy
from app.feeds.fetching import NotRead
from app.feeds.reading import read_busy
from tests.feeds.serving import a_calendar

ZONE = "Europe/Berlin"
BERLIN = ZoneInfo(ZONE)
FIRST, LAST = date(2027, 2, 28), date(2027, 5, 1)


def busy(*events, first=FIRST, last=LAST):
    return sorted(read_busy(a_calendar(*events), first, last, ZONE), key=str)


def stretches(*events, **days):
    return sorted((it.starts_at, it.ends_at) for it in busy(*events, **days))


def berlin(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def problem(*events):
    with pytest.raises(NotRead) as refused:
        busy(*events)
    return refused.value.problem


@pytest.mark.parametrize(
    "times",
    [
        "DTSTART:20270302T090000Z\nDTEND:20270302T103000Z",
        "DTSTART;TZID=Europe/Berlin:20270302T100000\nDTEND;TZID=Europe/Berlin:20270302T113000",
        "DTSTART:20270302T100000\nDTEND:20270302T113000",
        "DTSTART;TZID=W. Europe Standard Time:20270302T100000\nDURATION:PT1H30M",
        "DTSTART;TZID=Atlantis/Capital:20270302T100000\nDTEND;TZID=Atlantis/Capital:20270302T113000",
        "DTSTART;TZID=America/New_York:20270302T040000\nDURATION:PT90M",
    ],
)
def test_times_of_every_kind(times):
    assert stretches(times) == [(berlin("2027-03-02 10:00"), berlin("2027-03-02 11:30"))]


def test_whole_days_are_dates():
    days = "DTSTART;VALUE=DATE:20270302\nDTEND;VALUE=DATE:20270305"
    assert busy(days) == [Busy("0@elsewhere", date(2027, 3, 2), date(2027, 3, 4))]
    assert busy("DTSTART;VALUE=DATE:20270302") == [Busy("0@elsewhere", date(2027, 3, 2), date(2027, 3, 2))]


@pytest.mark.parametrize(
    "said",
    ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "status:cancelled", "TRANSP:transparent"],
)
def test_what_takes_no_time(said):
    assert busy(f"DTSTART:20270302T090000Z\nDTEND:20270302T103000Z\n{said}") == []


def test_what_has_no_length_takes_none():
    assert busy("DTSTART:20270302T090000Z", "DTSTART:20270302T090000Z\nDTEND:20270302T080000Z") == []


def test_nothing_but_the_time_is_kept():
    (it,) = busy("UID:a\nSUMMARY:Secret\nDTSTART:20270302T090000Z\nDTEND:20270302T103000Z")
    assert it == Busy("a", None, None, berlin("2027-03-02 10:00"), berlin("2027-03-02 11:30"))


def test_what_repeats_stays_at_its_hour_when_clocks_change():
    """Clocks go forward in Berlin on 28 March 2027."""
    rule = "DTSTART;TZID=Europe/Berlin:20270322T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"
    starts = [start for start, _ in stretches(rule)]
    assert starts == [berlin(f"2027-{day} 10:00") for day in ("03-22", "03-29", "04-05")]


def test_exceptions_of_what_repeats():
    rule = "UID:r\nDTSTART:20270301T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE:20270302T090000Z"
    moved = "UID:r\nRECURRENCE-ID:20270303T090000Z\nDTSTART:20270303T120000Z\nDURATION:PT1H"
    off = "UID:r\nRECURRENCE-ID:20270304T090000Z\nSTATUS:CANCELLED\nDTSTART:20270304T090000Z\nDURATION:PT1H"
    starts = [f"{start:%d %H}" for start, _ in stretches(rule, moved, off)]
    assert starts == ["01 09", "03 12"]


def test_only_what_touches_the_days_counts():
    assert busy("DTSTART;VALUE=DATE:20270227", "DTSTART;VALUE=DATE:20270502") == []
    assert len(busy("DTSTART;VALUE=DATE:20270228", "DTSTART;VALUE=DATE:20270501")) == 2
    assert busy("DTSTART:20270227T220000Z\nDTEND:20270227T230000Z") == []
    assert len(busy("DTSTART:20270227T220000Z\nDTEND:20270227T230001Z")) == 1


def test_what_lasts_for_years_is_cut_to_what_a_row_can_have():
    (days,) = busy("DTSTART;VALUE=DATE:19000101\nDTEND;VALUE=DATE:23000101")
    assert (days.first, days.last - days.first) == (date(2027, 1, 1), timedelta(730))
    (hours,) = busy("DTSTART:19000101T000000Z\nDTEND:23000101T000000Z")
    assert hours.ends_at - hours.starts_at == timedelta(730)


def test_the_same_event_twice_is_one():
    event = "UID:a\nDTSTART:20270302T090000Z\nDTEND:20270302T103000Z"
    assert len(busy(event, event)) == 1


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=0",
        *("FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "freq=hourly"),
        f"FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))}",
        "FREQ=DAILY;BYHOUR=1,2,3,4;BYMINUTE=0,15,30,45",
    ],
)
def test_what_repeats_all_the_time_is_refused(rule):
    assert problem(f"DTSTART:20270301T090000Z\nDURATION:PT1M\nRRULE:{rule}") == "too_often_repeated"


def test_one_rule_has_no_more_times_than_fit_into_memory():
    """They are worked out from its beginning, all at once, and nothing stops that in between."""
    rule = "DURATION:PT1M\nRRULE:FREQ=DAILY;BYHOUR=0,2,4,6,8,10,12,14,16,18,20,22"
    assert problem(f"DTSTART:00010103T090000Z\n{rule}") == "too_often_repeated"
    assert len(busy(f"DTSTART:20200103T090000Z\n{rule}")) > 700


def test_one_name_has_no_more_rules_than_can_be_worked_out_in_one_go(monkeypatch):
    never = "UID:one\nDTSTART:20270301T090000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    assert problem(*[never] * 21) == "too_often_repeated"
    many = "\n".join(["RRULE:FREQ=YEARLY"] * 21)
    assert problem(f"UID:one\nDTSTART:20270301T090000Z\nDURATION:PT1M\n{many}") == "too_often_repeated"


def test_birthdays_of_long_ago_are_read():
    assert len(busy("DTSTART;VALUE=DATE:16040302\nRRULE:FREQ=YEARLY")) == 1


def test_there_is_an_end_to_what_is_read(monkeypatch):
    daily = "DTSTART:20270301T090000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY"
    monkeypatch.setattr(reading, "MOST_EVENTS", 100)
    assert problem(*[daily] * 2) == "too_many"
    monkeypatch.setattr(reading, "MOST_RULES", 2)
    assert problem(*[f"{daily};COUNT=1"] * 3) == "too_many"


def test_there_is_an_end_to_how_long_it_takes(monkeypatch):
    monkeypatch.setattr(reading, "SECONDS", -1)
    assert problem("DTSTART:20270302T090000Z") == "too_slow"


@pytest.mark.parametrize(
    "events",
    [
        "DTSTART:99999999T999999",
        "DTSTART:00010101T000000Z\nDTEND:99991231T235959Z",
        "DTSTART;VALUE=DATE:00010101\nRRULE:FREQ=YEARLY",
        "DTSTART:99991231T235959Z\nDURATION:P9999D",
        "DTSTART:20270301T090000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "DTSTART:20270301T090000Z\nRRULE:FREQ=NEVER",
        "DTSTART:20270301T090000Z\nRRULE:",
        "DTSTART:20270301T090000Z\nRRULE:FREQ=DAILY;UNTIL=20260101",
        'DTSTART;TZID=:20270301T090000\nDTEND;TZID="":20270301T100000',
        "DTSTART;VALUE=DATE:20270301\nDTEND:20270301T100000Z",
        "DTSTART:20270301T090000Z\nDTEND;VALUE=DATE:20270302",
        "DTEND:20270301T100000Z",
        "SUMMARY:nothing",
        "RECURRENCE-ID:20270301T090000Z\nDTSTART:20270301T090000Z",
        "DTSTART:20270301T090000Z\nDTSTART:20270302T090000Z\nDURATION:PT1H",
        "DTSTART:20270301T090000Z\nRDATE;VALUE=PERIOD:20270302T090000Z/PT1H\nDURATION:PT1H",
    ],
)
def test_odd_events_do_no_harm_to_others(events):
    found = busy(events, "UID:good\nDTSTART:20270302T090000Z\nDTEND:20270302T103000Z")
    assert "good" in {it.uid for it in found}


LINES = st.sampled_from(
    [
        *(
            "DTSTART:20270301T090000Z",
            "DTSTART;VALUE=DATE:20270301",
            "DTEND:20270301T100000Z",
            "DURATION:-PT1H",
        ),
        *("RRULE:FREQ=DAILY", "RRULE:FREQ=MONTHLY;BYDAY=5MO", "EXDATE:20270302T090000Z", "STATUS:CANCELLED"),
        *(
            "RECURRENCE-ID:20270301T090000Z",
            "UID:a",
            "UID:",
            "BEGIN:VALARM",
            "END:VALARM",
            "END:VEVENT",
            "\x00",
            ":",
        ),
        *(
            "BEGIN:VTIMEZONE",
            "TZID:X",
            "DTSTART;TZID=X:20270301T090000",
            "RDATE:20270301",
            "SEQUENCE:x",
            "ä;ö=ü:ß",
        ),
    ]
)


@settings(max_examples=60)
@given(st.lists(st.one_of(LINES, st.text(max_size=30)), max_size=12))
def test_nothing_raises_but_what_is_said(lines):
    try:
        found = busy("\n".join(lines))
    except NotRead:
        return
    assert all((it.first is None) != (it.starts_at is None) for it in found)


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(noise):
    with contextlib.suppress(NotRead):
        read_busy(b"BEGIN:VCALENDAR\r\n" + noise + b"\r\nEND:VCALENDAR", FIRST, LAST, ZONE)


@settings(max_examples=60)
@given(
    day=st.dates(date(2027, 1, 1), LAST),
    minute=st.integers(0, 1439),
    days=st.integers(1, 10),
    count=st.integers(1, 40),
    minutes=st.integers(1, 600),
)
def test_simple_rules_are_those_of_a_wall_clock(day, minute, days, count, minutes):
    """Every so many days at the same time on the wall, which is counted here without any library."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    expected = []
    for number in range(count):
        start = (wall + timedelta(days * number)).replace(tzinfo=BERLIN)
        if start.astimezone(UTC).astimezone(BERLIN).time() != start.time():
            continue  # In the hour a clock skips programs differ, and so do we.
        ends = start.astimezone(UTC) + timedelta(minutes=minutes)
        begins_of_days = datetime.combine(FIRST, time(), BERLIN).astimezone(UTC)
        if ends > begins_of_days and start.astimezone(UTC).astimezone(BERLIN).date() <= LAST:
            expected.append(start.astimezone(UTC))
    rule = (
        f"DTSTART;TZID={ZONE}:{wall:%Y%m%dT%H%M%S}\nDURATION:PT{minutes}M\n"
        f"RRULE:FREQ=DAILY;INTERVAL={days};COUNT={count}"
    )
    starts = {start for start, _ in stretches(rule)}
    assert starts >= set(expected)
    assert len(starts) - len(expected) <= 1
