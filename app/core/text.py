"""Text as people meant it: no control characters, no names made of nothing."""

import unicodedata

_KEPT = {"\n", "\t"}
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}


def clean(text: str) -> str:
    """`text` without control characters and lone surrogates, line ends as \\n, composed (NFC)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in _KEPT or unicodedata.category(c) not in ("Cc", "Cs"))
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
