"""What a text message costs: seven bits a letter, or sixteen where one letter needs them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notifications.sms.segments import is_gsm, segments_of

GSM = "abcdefghijklmnopqrstuvwxyzäöüß ABC 0123 @£$ ^{}[]~|€\\ \n"


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("é" * 160, 1),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("a" * 69 + "ç", 1),
        ("a" * 70 + "ç", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a" * 66 + "😀" * 3, 2),
    ],
)
def test_the_pieces_of_a_text(text: str, segments: int) -> None:
    assert segments_of(text) == segments


@given(st.text(alphabet=GSM, max_size=700))
def test_a_text_in_gsms_alphabet_never_costs_more_than_its_letters_need(text: str) -> None:
    letters = len(text) + sum(c in "^{}[]~|€\\" for c in text)
    assert is_gsm(text)
    least = 1 if letters <= 160 else -(-letters // 153)
    assert least <= segments_of(text) <= max(1, -(-letters // 152))


@given(st.text(max_size=400))
def test_a_letter_more_costs_at_most_one_piece_more_unless_it_changes_the_alphabet(text: str) -> None:
    longer = text + ("a" if is_gsm(text) else "😀")
    assert segments_of(text) <= segments_of(longer) <= segments_of(text) + 1


@given(st.text(min_size=1, max_size=400).filter(lambda text: not is_gsm(text)))
def test_other_letters_count_as_utf16_does(text: str) -> None:
    units = len(text.encode("utf-16-be", "surrogatepass")) // 2
    least = 1 if units <= 70 else -(-units // 67)
    assert least <= segments_of(text) <= max(1, -(-units // 66))
