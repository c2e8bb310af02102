"""What a message looks like to its reader, before it is the bytes that are sent. Light enough for a page of ours."""

import re
from dataclasses import dataclass

from app.core.mail import render
from app.core.text import clean
from app.notifications.kinds import Letter
from app.notifications.models import Notification
from app.notifications.wording import worded

_LONGEST_SUBJECT = 150
_GAPS = re.compile(r"\n[ \t]*\n\s*\n")  # What a template leaves where it had nothing to say.


@dataclass(frozen=True, slots=True)
class Drawn:
    """A mail: its subject, the text part, and the page with its styles in the head."""

    subject: str
    text: str
    page: str


def draw(row: Notification, letter: Letter) -> Drawn:
    """A mail as its templates draw it.

    Subject and words of a kind that has wordings are those of the business; of others the templates have them all.
    """
    template = letter.template or row.kind
    own = worded(row, letter)
    said = {"said": own.said(letter.fills.get("link"))} if own else {}
    text = render(f"mail/{template}.txt", row.language, {**letter.words, **said}).strip()
    if own:
        subject = own.subject or ""
    else:
        subject, _newline, text = text.partition("\n")
    subject = " ".join(clean(subject).split())[:_LONGEST_SUBJECT]
    page = render(f"mail/{template}.html", row.language, {**letter.words, **said, "subject": subject})
    return Drawn(subject, _GAPS.sub("\n\n", text).strip() + "\n", page)
