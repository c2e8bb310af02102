"""The words of all messages at a glance, and one of them as its reader would see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.text import clean, paragraph
from app.notifications.doubting import Doubt, doubts_about
from app.notifications.kinds import Reason, Wording, find_kind, kinds_with_wordings
from app.notifications.leaving_out import left_out
from app.notifications.rewording import Change, Place, last_changes, own_wordings
from app.notifications.samples import sample_of
from app.notifications.sms.segments import segments_of
from app.notifications.wording import worded


@dataclass(frozen=True, slots=True)
class Line:
    """The words of a kind in one language. `change`, if they are the business's own."""

    place: Place
    is_own: bool
    change: Change | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A kind of message and its words, by channel; `unsent` are the channels by which the business sends none.

    `optional`: it may decide to.
    """

    name: str
    title: Reason
    channels: dict[str, list[Line]]
    optional: bool
    unsent: frozenset[str]


@dataclass(frozen=True, slots=True)
class Word:
    """A word in braces with what it stands for, and what it would say in the sample."""

    name: str
    label: Reason
    sample: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A message filled in as somebody made up would read it. Text messages are counted."""

    subject: str | None
    body: str
    doubts: list[Doubt]
    sender: str

    @property
    def characters(self) -> int:
        return len(self.body)

    @property
    def segments(self) -> int:
        return segments_of(self.body)


def every_wording(business_id: int, languages: Sequence[str]) -> list[Listed]:
    """All kinds that can be worded, in these languages. Three statements."""
    kinds = kinds_with_wordings()
    own = own_wordings(business_id)
    changes = last_changes(business_id, own)
    silent = left_out(business_id)

    def lines(kind: str, channel: str) -> list[Line]:
        places = [Place(kind, channel, it) for it in languages]
        return [Line(it, it in own, changes.get(it)) for it in places]

    return [
        Listed(
            name,
            kind.title,
            {channel: lines(name, channel) for channel in kind.wordings},
            kind.optional,
            frozenset(it for it in kind.wordings if f"{name}:{it}" in silent),
        )
        for name, kind in kinds.items()
    ]


def words_for(business_id: int, place: Place) -> list[Word]:
    """The words that can stand in braces, each with what it says in the sample."""
    _row, letter = sample_of(business_id, place)
    return [
        Word(f"{{{name}}}", it.label, letter.fills[name]) for name, it in find_kind(place.kind).fills.items()
    ]


def read_words(business_id: int, place: Place, wording: Wording) -> Reading:
    """How these words read, and what in them may be a slip."""
    row, letter = sample_of(business_id, place, wording)
    found = worded(row, letter)
    body = paragraph(clean(found.body)) if found else None
    subject = found.subject if found else None
    return Reading(subject, body or "", doubts_about(wording, find_kind(place.kind).fills), letter.sender)
