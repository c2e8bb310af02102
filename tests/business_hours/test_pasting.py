"""Hours as people write them, and as maps do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.business_hours.pasting import read_week, write_week

WEEKDAYS = range(5)


def every(days, *intervals):
    return {day: list(intervals) for day in days}


@pytest.mark.parametrize(
    ("text", "week"),
    [
        (
            "Mo-Fr 09:00-12:30, 13:15-18:00; Sa 10:00-02:00",
            every(WEEKDAYS, (540, 750), (795, 1080)) | {5: [(600, 1560)]},
        ),
        ("Montag bis Freitag 9 – 18 Uhr", every(WEEKDAYS, (540, 1080))),
        ("Mo.-Fr. 9.00-18.30 Uhr, Sa. 9-13 Uhr", every(WEEKDAYS, (540, 1110)) | {5: [(540, 780)]}),
        (
            "Mon–Thu 11am–10pm\nFri & Sat 11am–midnight",
            every(range(4), (660, 1320)) | every((4, 5), (660, 1440)),
        ),
        (
            "Monday\n9:00 AM–5:00 PM\nTuesday\nClosed\nWednesday\n9 a.m. to noon",
            {0: [(540, 1020)], 2: [(540, 720)]},
        ),
        (
            "du lundi au vendredi de 9h à 12h30 et de 14h à 18h, samedi fermé",
            every(WEEKDAYS, (540, 750), (840, 1080)),
        ),
        (
            "Lunes a viernes de 9:00 a 14:00 y de 16:00 a 20:00; sábados 10-14",
            every(WEEKDAYS, (540, 840), (960, 1200)) | {5: [(600, 840)]},
        ),
        ("Mo-Fr, So 9-18 Uhr", every((0, 1, 2, 3, 4, 6), (540, 1080))),
        ("Mi-So 9-18", every(range(2, 7), (540, 1080))),
        ("Lu-Di 9h-18h", every(range(7), (540, 1080))),
        ("L-V 9:00-14:00", every(WEEKDAYS, (540, 840))),
        ("M-F 9-5", every(WEEKDAYS, (540, 1020))),
        ("Fr-Mo 20-2", every((0, 4, 5, 6), (1200, 1560))),
        ("Fr 10:00-02:00", {4: [(600, 1560)]}),
        ("Fr 22:00-26:00", {4: [(1320, 1560)]}),
        ("Fr 18:00-24:00", {4: [(1080, 1440)]}),
        ("Fr 18-24h", {4: [(1080, 1440)]}),
        ("Fr midnight-6am", {4: [(0, 360)]}),
        ("Fr 08:00-08:00", {4: [(480, 1920)]}),
        ("24/7", every(range(7), (0, 1440))),
        ("daily 24 hours", every(range(7), (0, 1440))),
        ("0900-1700", every(range(7), (540, 1020))),
        ("9-5pm Mo", {0: [(540, 1020)]}),
        ("Mo 2-5pm", {0: [(840, 1020)]}),
        ("Mo 9am-5", {0: [(540, 1020)]}),
        ("Mo 6pm-2", {0: [(1080, 1560)]}),
        ("Mo 9am-17:00", {0: [(540, 1020)]}),
        ("9-5 Mo-Fr, 10-2 Sa", every(WEEKDAYS, (540, 1020)) | {5: [(600, 840)]}),
        ("Mon-Fri 9-5pm, closed Sunday", every(WEEKDAYS, (540, 1020))),
        ("closed", {}),
        ("Mo-Fr 9-18; We off", every((0, 1, 3, 4), (540, 1080))),
        ("Mo-Fr 9-18; We 10-12", every((0, 1, 3, 4), (540, 1080)) | {2: [(600, 720)]}),
        ("Mo-Fr 9-12, We 14-18", every(WEEKDAYS, (540, 720)) | {2: [(540, 720), (840, 1080)]}),
        ("Mo-Fr 9-18, We 10-12", every((0, 1, 3, 4), (540, 1080)) | {2: [(600, 720)]}),
        ("Mo 9-12; Mo 14-18", {0: [(540, 720), (840, 1080)]}),
        ("Mo 9-12; 14-18", {0: [(540, 720), (840, 1080)]}),
        ("weekdays 9-12, weekend off", every(WEEKDAYS, (540, 720))),
    ],
)
def test_what_people_write_is_a_week(text, week):
    found = read_week(text)
    assert (found.week, found.left, found.holidays, found.is_read) == (week, [], [], True)


@pytest.mark.parametrize(
    ("text", "left", "written"),
    [
        ("Apr-Oct Mo-Fr 9-18; Sa 10-14", ["Apr-Oct Mo-Fr 9-18"], "Sa 10:00-14:00"),
        ("Mo 9-13 (nach Vereinbarung)", ["(nach Vereinbarung)"], "Mo 09:00-13:00"),
        ('Mo 9-13 "on  request", Tu 9-10', ['"on request"'], "Mo 09:00-13:00; Tu 09:00-10:00"),
        ("Salon Linden\nMo 9-13", ["Salon Linden"], "Mo 09:00-13:00"),
        ("Mo 18:00+", ["Mo 18:00+"], "off"),
        ("Mo ab 18 Uhr", ["Mo ab 18 Uhr"], "off"),
        ("Th[1] 9-12", ["Th[1] 9-12"], "off"),
        ("Di bis Sa", ["Di bis Sa"], "off"),
        ("Mo 1-2-3", ["Mo 1-2-3"], "off"),
        ("Mo 9:75-12", ["Mo 9:75-12"], "off"),
        ("Mo 13pm-15", ["Mo 13pm-15"], "off"),
        ("Mo 09:00-49:00", ["Mo 09:00-49:00"], "off"),
        ("Mo 09:00-12:00, closed", ["closed"], "Mo 09:00-12:00"),
        ("week 2-4 Mo 9-12", ["week 2-4 Mo", "9-12"], "off"),
        ("sunrise-sunset", ["sunrise-sunset"], "off"),
    ],
)
def test_what_is_not_understood_is_named_and_nothing_is_guessed(text, left, written):
    found = read_week(text)
    assert (found.left, write_week(found.week)) == (left, written)
    assert found.is_read == (written != "off")


@pytest.mark.parametrize(
    ("text", "holidays", "written"),
    [
        ("Mo 9-12; PH off", ["PH off"], "Mo 09:00-12:00"),
        ("Mo 9-12, an Feiertagen geschlossen", ["Feiertagen geschlossen"], "Mo 09:00-12:00"),
        ("Su,PH 10-12", ["Su,PH 10-12"], "Su 10:00-12:00"),
        ("Mo 9-12; Sonn- und Feiertage geschlossen", ["Sonn- und Feiertage geschlossen"], "Mo 09:00-12:00"),
        ("closed on public holidays", ["closed on public holidays"], "off"),
    ],
)
def test_holidays_are_named_because_a_week_has_none(text, holidays, written):
    found = read_week(text, "de")
    assert (found.holidays, found.left, write_week(found.week)) == (holidays, [], written)


def test_days_that_two_languages_have_are_read_as_the_reader_would():
    assert write_week(read_week("di 9-12", "de").week) == "Tu 09:00-12:00"
    assert write_week(read_week("di 9-12", "fr").week) == "Su 09:00-12:00"
    assert write_week(read_week("ma, di 9-12", "de").week) == "Tu,Su 09:00-12:00", (
        "the other words decide first"
    )


def test_a_week_is_written_as_maps_write_it():
    assert write_week(every(WEEKDAYS, (540, 750), (795, 1080)) | {5: [(600, 1560)]}) == (
        "Mo-Fr 09:00-12:30,13:15-18:00; Sa 10:00-02:00"
    )
    assert write_week(every((0, 2, 3, 6), (540, 1440))) == "Mo,We-Th,Su 09:00-24:00"
    assert write_week(every(range(7), (0, 1440))) == "24/7"
    assert write_week({}) == "off"


@st.composite
def weeks(draw):
    """Weeks as the database may hold them: up to four stretches a day, none overlapping another of its day."""
    week = {}
    for day in range(7):
        ends = sorted(draw(st.sets(st.integers(0, 1439), max_size=8)))
        intervals = list(zip(ends[::2], ends[1::2], strict=False))
        if intervals and draw(st.booleans()):
            opens = intervals[-1][0]
            latest = draw(st.integers(intervals[-1][1], opens + 1440))
            intervals[-1] = (opens, latest)
        if intervals:
            week[day] = intervals
    return week


@given(weeks(), st.sampled_from(["en", "de", "fr", "es", "ja"]))
def test_a_week_that_was_written_is_read_again(week, language):
    found = read_week(write_week(week), language)
    assert (found.week, found.left, found.is_read) == (week, [], True)


PIECES = [
    *(
        "Mo",
        "Tu-Fr",
        "montag",
        "sábado",
        "-",
        "–",
        ",",
        ";",
        "\n",
        "9",
        "09:00",
        "24:00",
        "99:99",
        "9am",
        "5pm",
    ),
    *("24/7", "24h", "off", "PH", "(", ")", '"', "&", "a", ":", ".", "12.30", "midnight", "Ⅷ"),
]


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join)))
def test_whatever_is_pasted_is_read_or_named_and_never_breaks(text):
    found = read_week(text)
    for day, intervals in found.week.items():
        assert 0 <= day <= 6
        assert all(0 <= opens < 1440 and opens < closes <= opens + 1440 for opens, closes in intervals)
        assert all(closes <= 2880 for _, closes in intervals)
    assert all(piece and piece == piece.strip() for piece in found.left + found.holidays)
