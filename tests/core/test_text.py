"""Text as people meant it."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import clean, is_blank, is_web_address, one_line, paragraph, words_of


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("Zoë\x00", "Zoë"),
        ("a\x1b[31mb\x7fc\x9bd", "a[31mbcd"),
        ("half a pair: \ud83d", "half a pair: "),
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("a\ttab stays", "a\ttab stays"),
        ("e\N{COMBINING ACUTE ACCENT}", "é"),
        ("family: 👩\N{ZERO WIDTH JOINER}👧", "family: 👩\N{ZERO WIDTH JOINER}👧"),
        ("", ""),
    ],
)
def test_control_characters_and_half_characters_are_left_out(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept


@given(st.text(alphabet=st.characters(codec=None)))
def test_whatever_comes_can_be_stored_and_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean(text)
    assert "\x00" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("marks", ["\u0316\u0300", "\u0f73", "\u0315\x00\u0300"])
def test_a_letter_under_a_heap_of_marks_costs_no_more_than_other_text(marks: str) -> None:
    began = time.process_time()
    assert len(clean("a" + marks * 50_000 + "b")) < 100
    assert time.process_time() - began < 1


def test_marks_that_words_are_written_with_all_stay() -> None:
    assert clean("נִקּוּד") == unicodedata.normalize("NFC", "נִקּוּד")
    assert clean("ที่นี่") == "ที่นี่"


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        "   ",
        "\t\n",
        "\N{ZERO WIDTH SPACE}",
        "\N{NO-BREAK SPACE}\N{WORD JOINER}",
        "\N{RIGHT-TO-LEFT MARK}",
    ],
)
def test_a_name_made_of_nothing_is_no_name(nothing: str) -> None:
    assert is_blank(nothing)
    assert one_line(nothing) is None
    assert paragraph(nothing) is None


def test_a_name_is_trimmed_and_stands_on_one_line() -> None:
    assert one_line("  Ann \n\t de  Vries ") == "Ann de Vries"
    assert one_line(None) is None


def test_a_paragraph_keeps_its_lines() -> None:
    assert paragraph("\n Two visits.\n\nAfter six. \n") == "Two visits.\n\nAfter six."
    assert paragraph(None) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ann's Salon", ["anns", "salon"]),
        ("Ann’s  SALON, salon", ["anns", "salon"]),
        ("Friseur Müller-Lüdenscheidt", ["friseur", "muller", "ludenscheidt"]),
        ("Straße STRASSE", ["strasse"]),
        ("Łódź Øresund Đakovo Þór Æsir", ["lodz", "oresund", "dakovo", "thor", "aesir"]),
        ("İstanbul Iğdır", ["istanbul", "igdir"]),
        ("Ｆｕｌｌ ﬁt", ["full", "fit"]),
        ("24/7 gym", ["24", "7", "gym"]),
        ("100% _ % 🎉", ["100"]),
        ("Салон Йога", ["салон", "иога"]),
        ("", []),
        ("\u200b \u00ad", []),
    ],
)
def test_words_are_folded_as_people_type_them(text, words):
    assert words_of(text) == words


def test_no_word_is_longer_than_an_index_can_hold():
    assert [len(word) for word in words_of("ﷲ" * 300 + " " + "x" * 300)] == [40, 40]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://salon.example/imprint?x=1#y", True),
        ("https://salon.example", True),
        ("http://salon.example", False),
        ("https://salon", False),
        ("https://", False),
        ("https://salon.example and more", False),
        ("https://salon.example\n", False),
        ("javascript:alert(1)", False),
        (" https://salon.example", False),
        ("", False),
        (None, False),
    ],
)
def test_the_address_of_a_page_is_nothing_else(text: str | None, is_one: bool) -> None:
    assert is_web_address(text) is is_one
