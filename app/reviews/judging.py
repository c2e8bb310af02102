"""What is not shown before somebody has looked at it: web addresses, and words nobody should have to read. Pure."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from app.core.text import words_of

_WORDS = Path(__file__).with_name("blocked_words.txt")
# Endings that are no words, and those that are: "Lovely. It was quick" begins a sentence, "lovely.it" is an address.
_PLAIN = "com|net|org|biz|xyz"
_ALSO_WORDS = (
    "info|shop|online|app|top|site|link|club|store|pro|gg|ly|tv|cc|eu|de|at|ch|fr|it|es|pl|nl|uk|ru|io|co|me"
    "|se|dk|fi|pt|cz|hu|ro|gr|ie|ca|au"
)
_ADDRESSES = (
    re.compile(r"https?:/|www\.|[\w.+-]@[\w-]+\.\w", re.IGNORECASE),
    # Whoever writes "example dot com", or "example . com", wants to be found, too.
    re.compile(rf"[\w-](?:\s*\.\s*|\s*[(\[]dot[)\]]\s*|\sdot\s+)(?:{_PLAIN})\b", re.IGNORECASE),
    re.compile(rf"[\w-](?:\s*[(\[]dot[)\]]\s*|\sdot\s+)(?:{_ALSO_WORDS})\b", re.IGNORECASE),
    re.compile(rf"[\w-]\.(?:{_ALSO_WORDS}|{_ALSO_WORDS.upper()})\b"),
    # The page of a short link, whatever it ends in: bit.ly/3x.
    re.compile(r"[\w-]\.[a-z]{2,}/\w", re.IGNORECASE),
)
# What stands for a full stop in an address, in writings that have another one.
_STOPS = str.maketrans("。｡", "..")


def why_held(words: str | None) -> str | None:
    """Why a text waits for a decision: "links", "words", or None where it can be shown."""
    if not words:
        return None
    plain = _as_read(words)
    if any(it.search(plain) for it in _ADDRESSES):
        return "links"
    return "words" if not _blocked().isdisjoint(words_of(plain)) else None


def _as_read(words: str) -> str:
    """As somebody reads it: wide letters as plain ones, and nothing between them that cannot be seen."""
    plain = unicodedata.normalize("NFKC", words).translate(_STOPS)
    return "".join(it for it in plain if unicodedata.category(it) != "Cf")


@cache
def _blocked() -> frozenset[str]:
    """One word a line, folded as searches fold them; lines that begin with # say what follows."""
    lines = _WORDS.read_text().splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in words_of(line))
