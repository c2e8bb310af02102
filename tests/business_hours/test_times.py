import pytest
from wtforms import ValidationError

from app.business_hours.forms.times import read_day, write_clock
from app.fields import read_clock


@pytest.fixture(autouse=True)
def page(app):
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("9", 540),
        ("09", 540),
        ("9:30", 570),
        ("09:30", 570),
        ("9.30", 570),
        ("930", 570),
        ("0930", 570),
        (" 18:00 ", 1080),
        ("00:00", 0),
        ("0", 0),
        ("24:00", 1440),
        ("24", 1440),
        ("13:45:00", 825),
    ],
)
def test_a_time_is_understood_as_people_type_it(text, minute):
    assert read_clock(text) == minute


@pytest.mark.parametrize(
    "text",
    [
        "25:00",
        "24:01",
        "9am",
        "9 am",
        "9:60",
        "09:5",
        "-1",
        "1_0",
        "٠٩:٠٠",
        "12:00:30",
        "nine",
        "1e3",
        "99999999999999999999",
        ":30",
    ],
)
def test_what_is_no_time_is_named_in_a_sentence(text):
    with pytest.raises(ValidationError, match="is not a time of day"):
        read_clock(text)


@pytest.mark.parametrize(
    ("pairs", "intervals"),
    [
        ([("9:00", "18:00")], [(540, 1080)]),
        ([("9:00", "24:00")], [(540, 1440)]),
        ([("9:00", "0:00")], [(540, 1440)]),
        ([("20:00", "2:00")], [(1200, 1560)]),
        ([("9:00", "9:00")], [(540, 1980)]),
        ([("0:00", "0:00")], [(0, 1440)]),
        ([("0:00", "24:00")], [(0, 1440)]),
        ([("14:00", "18:00"), ("", " "), ("9:00", "13:00")], [(540, 780), (840, 1080)]),
        ([("9:00", "13:00"), ("13:00", "18:00")], [(540, 780), (780, 1080)]),
        ([], []),
    ],
)
def test_pairs_become_intervals_earliest_first_and_midnight_is_never_2359(pairs, intervals):
    assert read_day(pairs) == intervals


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([("9:00", "")], "both times"),
        ([("", "18:00")], "both times"),
        ([("24:00", "2:00")], "begins at 00:00"),
        ([("9:00", "13:00"), ("12:59", "18:00")], "09:00–13:00 and 12:59–18:00 overlap"),
        ([("20:00", "2:00"), ("23:00", "23:30")], "overlap"),
        ([("9:00", "9:00"), ("12:00", "13:00")], "overlap"),
        ([(f"{n}:00", f"{n}:30") for n in range(9, 14)], "at most four"),
    ],
)
def test_pairs_that_make_no_day_are_refused_with_a_sentence(pairs, sentence):
    with pytest.raises(ValidationError, match=sentence):
        read_day(pairs)


@pytest.mark.parametrize(
    ("minute", "text"), [(0, "00:00"), (570, "09:30"), (1440, "00:00"), (1560, "02:00"), (2880, "00:00")]
)
def test_a_minute_is_written_as_an_input_holds_it(minute, text):
    assert write_clock(minute) == text
