"""Text as people meant it: no control characters, no names made of nothing."""

import re
import unicodedata

_KEPT = {"\n", "\t"}
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
# No language piles up more marks on a letter (Unicode Standard Annex 15, stream-safe text format).
_MARKS = 30
_WEB_ADDRESS = re.compile(r"https://[^\s/?#]+\.[^\s]+")
# Letters that are no base with a mark, and what people type who do not have them. Apostrophes join a word.
_FOLDED = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ŋ": "n",
        **dict.fromkeys("'’‘ʼ`´", ""),
    }
)
_LONGEST_WORD = 40


def clean(text: str) -> str:
    """`text` without control characters and lone surrogates, line ends as \\n, composed (NFC).

    Composing sorts the marks of a letter in quadratic time, so those nobody could read are left out first.
    """
    kept, marks = [], 0
    for c in text.replace("\r\n", "\n").replace("\r", "\n"):
        kind = unicodedata.category(c)
        if kind in ("Cc", "Cs") and c not in _KEPT:
            continue
        marks = marks + 1 if kind[0] == "M" else 0
        if marks <= _MARKS:
            kept.append(c)
    return unicodedata.normalize("NFC", "".join(kept))


def is_blank(text: str) -> bool:
    """Whether nothing of `text` can be seen: empty, spaces, or only zero-width characters."""
    return all(unicodedata.category(c) in _INVISIBLE for c in text)


def one_line(text: str | None) -> str | None:
    """`text` trimmed and on one line; None when nothing of it can be seen."""
    if text is None or is_blank(text):
        return None
    return " ".join(text.split())


def paragraph(text: str | None) -> str | None:
    """`text` trimmed, its lines kept; None when nothing of it can be seen."""
    if text is None or is_blank(text):
        return None
    return text.strip()


def is_web_address(text: str | None) -> bool:
    """Whether `text` is nothing but the address of a page that is sent encrypted."""
    return _WEB_ADDRESS.fullmatch(text or "") is not None


def words_of(text: str) -> list[str]:
    """The words of `text`, each once and in their order, as a search compares them.

    Folded: capitals, marks and ligatures make no difference, ß is ss, ł is l. What follows 40 characters is left out.
    """
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(_FOLDED)
    bare = "".join(c for c in folded.casefold() if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    split = "".join(c if c.isalnum() or unicodedata.category(c) == "Mc" else " " for c in bare).split()
    return list(dict.fromkeys(word[:_LONGEST_WORD] for word in split))
