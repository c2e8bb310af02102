"""What stands in braces and is no word we know: told to whoever wrote it, because it would be sent as it stands."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from app.notifications.kinds import Wording

_BRACES = re.compile(r"\{([^{}\n]{1,40})\}")
_ALIKE = 0.7
MOST = 20  # A text that somebody pastes may have thousands, and each is compared with every word.


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in braces, as it was written, and the word that may have been meant."""

    written: str
    meant: str | None


def doubts_about(wording: Wording, known: Collection[str]) -> list[Doubt]:
    """What in the subject or the text is in braces and no word we know, each once, in its order, MOST of them."""
    text = f"{wording.subject or ''}\n{wording.body}"
    found = dict.fromkeys(it for it in _BRACES.findall(text) if it not in known)
    return [Doubt(f"{{{it}}}", _nearest(it, known)) for it in islice(found, MOST)]


def _nearest(written: str, known: Collection[str]) -> str | None:
    """The word that looks most like it, as a whole or in one of its parts."""
    typed = "_".join(written.lower().split())
    alike = {word: max(_likeness(typed, it) for it in {word, *word.split("_")}) for word in known}
    best = max(alike, key=alike.__getitem__, default=None)
    return f"{{{best}}}" if best is not None and alike[best] >= _ALIKE else None


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
