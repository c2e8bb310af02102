"""Figures and how they differ from those before."""

import pytest

from app.reports.figures import Amount, Change, Column, Figure, Heat, Table, change_of
from app.reports.wording import change_in_words, plain, share_in_words


@pytest.mark.parametrize(
    ("kind", "now", "before", "words"),
    [
        ("count", 112, 100, "+12%"),
        ("count", 50, 100, "−50%"),
        ("count", 3, 0, "new"),
        ("count", 0, 0, "no change"),
        ("count", 100, 100, "no change"),
        ("count", 0, 4, "−100%"),
        ("money", Amount(5000, "EUR"), Amount(-2500, "EUR"), "+300%"),
        ("share", 0.25, 0.2, "+5 points"),
        ("share", 0.0, 0.031, "−3.1 points"),
        ("share", None, 0.2, ""),
        ("share", 0.2, None, ""),
    ],
)
def test_a_difference_has_a_sign_and_words(app, kind, now, before, words):
    with app.test_request_context():
        assert change_in_words(kind, change_of(kind, now, before)) == words


def test_less_of_what_nobody_wants_is_good():
    assert Figure("", "count", 1, 2, "down").tone == "good"
    assert Figure("", "count", 2, 1, "down").tone == "bad"
    assert Figure("", "count", 2, 1).tone == "neutral"
    assert Figure("", "count", 2, 0, "up").tone == "neutral"
    assert Figure("", "count", 2, 0, "up").change == Change("new")


def test_bars_are_parts_of_the_longest_and_shares_of_the_whole():
    columns = [Column("", "text"), Column("")]
    assert Table("", columns, [["a", 4], ["b", 1], ["c", 0]], 1).lengths == [100, 25, 0]
    shares = [Column("", "text"), Column("", "share")]
    assert Table("", shares, [["a", 0.5], ["b", 1.4], ["c", None]], 1).lengths == [50, 100, 0]
    assert Table("", columns, [["a", 0]], 1).lengths == [0]


def test_the_hours_of_a_week_reach_from_the_first_to_the_last():
    heat = Heat("", {(0, 9): 5, (6, 12): 1, (2, 20): 0})
    assert heat.hours == [9, 10, 11, 12]
    assert [heat.level(*it) for it in ((0, 9), (6, 12), (0, 10))] == [5, 1, 0]
    assert Heat("", {}).hours == []


def test_values_for_other_programs_are_plain(app):
    with app.test_request_context():
        assert [str(plain(it)) for it in (Amount(1250, "EUR"), Amount(300, "JPY"), 0.125, 7)] == [
            "12.50",
            "300",
            "12.5",
            "7",
        ]
        assert share_in_words(1.0) == "100%"
        assert share_in_words(0.0049) == "0.5%"
        assert share_in_words(None) == "–"
