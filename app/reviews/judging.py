"""What is not shown before somebody has looked at it: web addresses, and words nobody should have to read. Pure."""

import re
from functools import cache
from pathlib import Path

from app.core.text import words_of

_WORDS = Path(__file__).with_name("blocked_words.txt")
_ANY = "com|net|org|info|biz|shop|online|xyz|de|at|ch|fr|it|es|pl|nl|uk|eu|ru|io|co|me|app"
# Whoever writes "example dot com" wants to be found, too.
_ADDRESS = re.compile(
    rf"https?://|www\.|[\w.+-]+@[\w-]+\.\w+|[\w-]+\s*(?:\(dot\)|\[dot\]|\sdot\s)\s*(?:{_ANY})\b",
    re.IGNORECASE,
)
# Without a space, and not as a sentence begins: "Great. It held." and "Great.It held." are no addresses.
_NAME = re.compile(rf"[\w-]\.(?:{_ANY}|{_ANY.upper()})\b")


def why_held(words: str | None) -> str | None:
    """Why a text waits for a decision: "links", "words", or None where it can be shown."""
    if not words:
        return None
    if _ADDRESS.search(words) or _NAME.search(words):
        return "links"
    return "words" if not _blocked().isdisjoint(words_of(words)) else None


@cache
def _blocked() -> frozenset[str]:
    """One word a line, folded as searches fold them; lines that begin with # say what follows."""
    lines = _WORDS.read_text().splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in words_of(line))
