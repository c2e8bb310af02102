"""What a message says, from what is true now. Light enough for a web page that shows it."""

from dataclasses import dataclass

from app.core.mail import render
from app.core.text import clean
from app.notifications.kinds import Letter, find_kind
from app.notifications.models import Notification
from app.notifications.sms.providers import compose_text

_LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Written:
    """A mail, its styles still in its head; or a text message, which has neither subject nor page."""

    body: str
    subject: str = ""
    page: str = ""
    segments: int | None = None


def write(row: Notification, letter: Letter) -> Written:
    """The mail of a row; the first line of its text is the subject."""
    text = render(f"mail/{row.kind}.txt", row.language, letter.words)
    subject, _newline, body = text.strip().partition("\n")
    subject = " ".join(clean(subject).split())[:_LONGEST_SUBJECT]
    page = render(f"mail/{row.kind}.html", row.language, {**letter.words, "subject": subject})
    return Written(body.strip() + "\n", subject, page)


def written_now(row: Notification) -> Written:
    """What a row would say if it were sent now. Raises whatever its room does when its subject is gone."""
    letter = find_kind(row.kind).words(row)
    if row.channel == "sms":
        text = compose_text(row, letter)
        return Written(text.body, segments=text.segments)
    return write(row, letter)
