"""Phone numbers as they are kept."""

import pytest

from app.core.phones import read_phone


@pytest.mark.parametrize(
    ("text", "country", "kept"),
    [
        ("030 5550142", "DE", "+49305550142"),
        ("+49 30 / 555 01 42", "US", "+49305550142"),
        ("(212) 555-0142", "US", "+12125550142"),
        ("+49 30 5550142", None, "+49305550142"),
        ("030 5550142", None, None),
        ("1", "DE", None),
        ("call me", "DE", None),
        ("", "DE", None),
        (None, "DE", None),
    ],
)
def test_a_number_is_kept_as_the_whole_world_dials_it(text, country, kept):
    assert read_phone(text, country) == kept
