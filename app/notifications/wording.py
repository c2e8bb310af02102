"""What a message says where a business may word it: its own text, or ours, with the words in braces filled in.

Owners write these texts, so filling is a lookup in a list of words and nothing else: never a template language, never
`str.format`, which would read attributes of whatever it is given.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import force_locale

from app.core.db import db
from app.notifications.kinds import Letter, Wording, find_kind
from app.notifications.models import MessageWording, Notification

_WORD = re.compile(r"\{([a-z_]{1,40})\}")


LONGEST_HEADING = 80


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a mail as its templates draw them. A paragraph that is `link` alone becomes a button."""

    heading: str | None
    paragraphs: tuple[str, ...]
    link: str | None

    @property
    def has_link(self) -> bool:
        """Whether the way to the booking is among the paragraphs already."""
        return self.link in self.paragraphs


@dataclass(frozen=True, slots=True)
class Worded:
    """A message's own words, filled in: plain text. A text message has no subject."""

    subject: str | None
    body: str

    def said(self, link: str | None = None) -> Said:
        """The body in paragraphs; the first one is the heading if it is one short line and more follows.

        What was filled with nothing leaves no empty paragraph behind, and `link` on a line of its own is one.
        """
        text = self.body
        if link:
            text = re.sub(rf"(?m)^[ \t]*{re.escape(link)}[ \t]*$", rf"\n{link}\n", text)
        found = [it.strip() for it in re.split(r"\n\s*\n", text) if it.strip()]
        heading = None
        if len(found) > 1 and "\n" not in found[0] and len(found[0]) <= LONGEST_HEADING and found[0] != link:
            heading = found.pop(0).rstrip(" ,")
        return Said(heading, tuple(found), link)


def fill(text: str, fills: Mapping[str, str]) -> str:
    """The text with each known `{word}` replaced, once; anything else in braces stays as it was written."""
    return _WORD.sub(lambda found: fills.get(found[1], found[0]), text)


def wording_of(business_id: int | None, kind: str, channel: str, language: str) -> Wording | None:
    """How this message is worded in this language: as the business does it, else as we do; None: not at all."""
    own = business_id and db.session.get(MessageWording, (business_id, kind, channel, language))
    if own:
        return Wording(own.body, own.subject)
    ours = find_kind(kind).wordings.get(channel)
    if ours is None:
        return None
    with force_locale(language.replace("-", "_")):
        return Wording(str(ours.body), None if ours.subject is None else str(ours.subject))


def worded(row: Notification, letter: Letter) -> Worded | None:
    """What a message says in its own words, or in those that its letter brings; None where its kind has none."""
    found = letter.wording or wording_of(row.business_id, row.kind, row.channel, row.language)
    if found is None:
        return None
    subject = None if found.subject is None else fill(str(found.subject), letter.fills)
    return Worded(subject, fill(str(found.body), letter.fills))
