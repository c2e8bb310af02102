import pytest

from app.notifications import doubting
from app.notifications.doubting import doubts_about
from app.notifications.kinds import Wording

KNOWN = ("customer_name", "business_name", "date", "time")


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        ("{customer_name} {date}", []),
        ("no word in }{, {} and {\n}", []),
        ("{{date}}", []),
        ("{nmae}", [("{nmae}", "{customer_name}")]),
        ("{Customer Name}", [("{Customer Name}", "{customer_name}")]),
        ("{TIME} {TIME}", [("{TIME}", "{time}")]),
        ("{dates}", [("{dates}", "{date}")]),
        ("{7*7} {x!r}", [("{7*7}", None), ("{x!r}", None)]),
    ],
)
def test_what_is_no_word_is_told_with_the_word_that_may_be_meant(text, doubts):
    assert [(it.written, it.meant) for it in doubts_about(Wording(text), KNOWN)] == doubts


def test_a_subject_is_read_first():
    found = doubts_about(Wording("{tmie}", "{dtae}"), KNOWN)
    assert [it.meant for it in found] == ["{date}", "{time}"]


def test_where_there_is_no_word_none_is_meant():
    assert doubts_about(Wording("{date}"), ())[0].meant is None


def test_of_thousands_of_words_the_first_few_are_compared(monkeypatch):
    compared = []
    monkeypatch.setattr(doubting, "_likeness", lambda one, other: compared.append(one) or 0.0)
    text = " ".join(f"{{word{n}}}" for n in range(50_000))
    assert [it.written for it in doubts_about(Wording(text), KNOWN)][:2] == ["{word0}", "{word1}"]
    assert len(set(compared)) == 20
