"""Text for paper: letters a font has, joined, in the order they are drawn in; also where people write from the right.

Programs that show pages do this by themselves; a PDF only has signs at places.
"""

import functools
import unicodedata
from collections.abc import Container
from typing import NamedTuple

from fpdf.bidi import BIDI_BRACKETS, BidiParagraph
from fpdf.enums import TextDirection

_LAM, UNKNOWN = "\u0644", "\ufffd"
# Signs that say nothing without a picture of their own: emoji, invisible marks, private ones.
_DISPENSABLE = {"So", "Sk", "Cf", "Co", "Cc", "Cs", "Mn"}


class _Forms(NamedTuple):
    """How a letter looks alone, at the end, at the beginning and in the middle of what is joined; "" for never so."""

    isolated: str = ""
    final: str = ""
    initial: str = ""
    medial: str = ""


def known(text: str, letters: Container[int]) -> str:
    """The same with what a font has no letter for left out, or marked where it was a letter. `letters`: code points."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_known(it, letters) for it in composed)


def is_from_the_right(text: str) -> bool:
    """Whether any of it is written from right to left."""
    return any(unicodedata.bidirectional(it) in ("R", "AL") for it in text)


def drawn(line: str) -> str:
    """One line as it is drawn from left to right; wrap first, because what a line begins with is on its right then."""
    if not is_from_the_right(line):
        return line
    letters = BidiParagraph(joined(line), _direction(line)).get_reordered_characters()
    # Where one reads from the right, what opens a bracket looks like what closes it.
    return "".join(_mirrored(it.character) if it.embedding_level % 2 else it.character for it in letters)


def joined(text: str) -> str:
    """Arabic letters as they look beside each other."""
    letters = _ligated(text)
    made = []
    for at, letter in enumerate(letters):
        forms = _forms().get(letter)
        if forms is None:
            made.append(letter)
            continue
        after_one = at > 0 and bool(_of(letters[at - 1]).initial) and bool(forms.final)
        before_one = at + 1 < len(letters) and bool(forms.initial) and bool(_of(letters[at + 1]).final)
        form = forms.medial if after_one and before_one else forms.final if after_one else ""
        made.append(form or (forms.initial if before_one else forms.isolated) or letter)
    return "".join(made)


def _mirrored(letter: str) -> str:
    return BIDI_BRACKETS[letter]["pair"] if letter in BIDI_BRACKETS else letter


def _direction(line: str) -> TextDirection:
    """That of its first letter."""
    first = next(it for it in map(unicodedata.bidirectional, line) if it in ("L", "R", "AL"))
    return TextDirection.LTR if first == "L" else TextDirection.RTL


def _known(letter: str, letters: Container[int]) -> str:
    if letter == "\n" or ord(letter) in letters:
        return letter
    return "" if unicodedata.category(letter) in _DISPENSABLE else UNKNOWN


def _ligated(text: str) -> list[str]:
    """The letters; lam with an alef after it is one."""
    letters: list[str] = []
    for letter in text:
        if letters and letters[-1] == _LAM and _LAM + letter in _forms():
            letters[-1] += letter
        else:
            letters.append(letter)
    return letters


def _of(letter: str) -> _Forms:
    return _forms().get(letter, _Forms())


@functools.cache
def _forms() -> dict[str, _Forms]:
    """By letter its forms, as Unicode says them of each presentation form (UAX #44, Decomposition_Mapping)."""
    found: dict[str, _Forms] = {}
    for code in [*range(0xFB50, 0xFC00), *range(0xFE80, 0xFEFD)]:
        how, *letters = unicodedata.decomposition(chr(code)).split()[:3] or [""]
        letter = "".join(chr(int(it, 16)) for it in letters)
        if how.strip("<>") in _Forms._fields:
            found[letter] = found.get(letter, _Forms())._replace(**{how.strip("<>"): chr(code)})
    return found
