"""Dates, times, money and lengths as people read them, in the page's language."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, refresh

from app import dates, formatters
from app.core import clock
from app.i18n import LANGUAGES

FRIDAY = date(2027, 11, 19)
WINTER = datetime(2027, 3, 1, 12, 5, tzinfo=UTC)
SUMMER = datetime(2027, 7, 1, 12, 5, tzinfo=UTC)

Language = Callable[[str], AbstractContextManager[object]]


@pytest.fixture
def reading(app: Flask) -> Language:
    """A page in a language: `with reading("en-US"): …`."""

    @contextmanager
    def page(tag: str) -> Iterator[None]:
        with app.test_request_context(f"/?lang={tag}"):
            refresh()  # The test's own context remembers the language before.
            yield

    return page


@pytest.fixture
def british(reading: Language) -> Iterator[None]:
    """A page in British English."""
    with reading("en-GB"):
        yield


def test_a_clock_is_the_clock_of_the_zone(reading: Language) -> None:
    with reading("en-GB"):
        assert dates.clock_at(WINTER, "Europe/Berlin") == "13:05"
        assert dates.clock_at(SUMMER, "Europe/Berlin") == "14:05"
        assert dates.clock_at(WINTER, "Asia/Kathmandu") == "17:50"
    with reading("en-US"):
        assert dates.clock_at(WINTER, "Europe/Berlin") == "1:05\N{NARROW NO-BREAK SPACE}PM"


@pytest.mark.parametrize(
    ("minute", "shown"), [(0, "00:00"), (545, "09:05"), (1439, "23:59"), (1440, "00:00"), (1530, "01:30")]
)
@pytest.mark.usefixtures("british")
def test_minutes_after_midnight_go_on_into_the_next_day(minute: int, shown: str) -> None:
    assert dates.clock_minute(minute) == shown


def test_one_minute_in_two_languages_is_kept_apart(reading: Language) -> None:
    with reading("en-GB"):
        assert dates.clock_minute(780) == "13:00"
    with reading("en-US"):
        assert dates.clock_minute(780) == "1:00\N{NARROW NO-BREAK SPACE}PM"


def test_dates_stand_in_the_order_of_the_language(reading: Language) -> None:
    with reading("en-GB"):
        assert dates.day(FRIDAY) == "Friday 19 November"
        assert dates.short_day(FRIDAY) == "Fri 19 Nov"
    with reading("en-US"):
        assert dates.day(FRIDAY) == "Friday, November 19"
        assert dates.short_day(FRIDAY) == "Fri, Nov 19"
        assert (dates.weekday(FRIDAY), dates.month(FRIDAY)) == ("Fri", "November 2027")


@pytest.mark.parametrize(
    ("length", "shown"),
    [(0, "0 min"), (45, "45 min"), (60, "1 h"), (90, "1 h 30 min"), (150, "2 h 30 min"), (1440, "24 h")],
)
@pytest.mark.usefixtures("british")
def test_a_length_is_hours_and_minutes(length: int, shown: str) -> None:
    assert dates.minutes(length) == shown


@pytest.mark.usefixtures("british")
def test_money_has_the_digits_of_its_currency() -> None:
    assert formatters.money(5500, "EUR") == "€55.00"
    assert formatters.money(1500, "JPY") == "JP¥1,500"


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Europe/Berlin", "Berlin time"), ("America/New_York", "New York time"), ("UTC", "UTC time")],
)
@pytest.mark.usefixtures("british")
def test_a_zone_is_named_by_its_city(zone: str, shown: str) -> None:
    assert formatters.zone_name(zone) == shown


def test_other_zones_stand_by_city_in_groups_of_today(reading: Language) -> None:
    with reading("en-GB"):
        groups = dict(formatters.other_zones("Europe/Berlin"))
    assert list(groups)[0::8] == ["Africa", "Indian Ocean"]
    names = [it.value for those in groups.values() for it in those]
    assert "Europe/Berlin" not in names
    assert "Asia/Calcutta" not in names
    assert len(names) == len(set(names)) > 400
    kolkata = next(it for it in groups["Asia"] if it.value == "Asia/Kolkata")
    assert (kolkata.label, kolkata.render_kw) == ("Kolkata", {"data-also": "Asia/Calcutta"})
    american = [it.label for it in groups["America"]]
    assert american.index("Asunción") < american.index("Atikokan")
    assert "Argentina, Buenos Aires" in american


def test_other_zones_are_called_what_the_language_calls_them(app: Flask) -> None:
    with app.test_request_context("/"), force_locale("cs"):
        labels = [it.label for _region, those in formatters.other_zones("UTC") for it in those]
    assert "Vídeň" in labels


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (59, "0:59"), (600, "10:00"), (598, "9:58")])
def test_a_stopwatch_shows_minutes_and_seconds(seconds: int, shown: str) -> None:
    assert dates.stopwatch(seconds) == shown


def test_the_page_says_its_language_and_its_direction(reading: Language) -> None:
    for tag in LANGUAGES:
        with reading(tag):
            assert (formatters.current_language(), formatters.text_direction()) == (tag, "ltr")
    with reading("xx\x00"):
        assert formatters.current_language() == "en-GB"


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("en-US,de;q=0.8", "en-US"),
        ("de-DE", "de"),
        ("fr-FR", "en-GB"),
        ("en", "en-GB"),
        ("", "en-GB"),
        ("*", "en-GB"),
        ("xx;q=", "en-GB"),
    ],
)
def test_the_browsers_wish_decides_when_the_address_says_nothing(
    app: Flask, wish: str, language: str
) -> None:
    with app.test_request_context("/", headers={"Accept-Language": wish}):
        assert formatters.current_language() == language


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (
            dict.fromkeys(range(5), [(540, 1080)]) | {5: [(540, 840)]},
            "Open Mon–Fri 09:00–18:00, Sat 09:00–14:00",
        ),
        (
            {0: [(540, 780), (840, 1080)], 2: [(600, 660)]},
            "Open Mon 09:00–13:00 and 14:00–18:00; Wed 10:00–11:00",
        ),
        ({4: [(1200, 1560)], 6: [(540, 1440)]}, "Open Fri 20:00–02:00, Sun 09:00–00:00"),
        (dict.fromkeys(range(7), [(0, 1440)]), "Open Mon–Sun all day"),
        ({1: [(540, 600), (660, 720), (780, 840)]}, "Open Tue 09:00–10:00, 11:00–12:00 and 13:00–14:00"),
        ({}, "Closed all week"),
        ({3: []}, "Closed all week"),
    ],
)
def test_a_week_is_said_in_words(reading: Language, week: Any, words: str) -> None:
    with reading("en-GB"):
        assert dates.week_in_words(week) == words
        assert dates.week_in_words(week, "staff") == words.removeprefix("Open ")


def test_every_formatter_is_offered_to_templates(app: Flask) -> None:
    offered = {
        "clock",
        "clock_minute",
        "day",
        "short_day",
        "weekday",
        "month",
        "minutes",
        "money",
        "zone_name",
        "weekday_name",
        "stopwatch",
        "hours",
        "week_in_words",
    }
    assert offered <= app.jinja_env.filters.keys()


@pytest.mark.parametrize(
    ("passed", "shown"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (7200, "2 hours ago"),
        (3 * 86400, "3 days ago"),
    ],
)
def test_how_long_ago_is_told_in_one_unit(reading: Language, frozen: Any, passed: int, shown: str) -> None:
    with reading("en-GB"):
        assert dates.ago(clock.now() - timedelta(seconds=passed)) == shown
    with reading("de"):
        assert dates.ago(clock.now() - timedelta(days=3)) == "vor 3 Tagen"


def test_a_number_is_marked_as_its_page_writes_numbers(reading: Language) -> None:
    """The one after the other: what is kept of one language is not shown in the next."""
    for tag, written in (("en-GB", "50,000"), ("de", "50.000"), ("en-US", "50,000")):
        with reading(tag):
            assert formatters.number(50_000) == written


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Olivia Park", "OP"), ("ada", "A"), ("maria del carmen ruiz", "MR"), ("élan vital", "ÉV"), ("  ", "")],
)
def test_a_disc_without_a_picture_shows_the_first_letters_of_two_words(name: str, letters: str) -> None:
    assert formatters.initials(name) == letters
