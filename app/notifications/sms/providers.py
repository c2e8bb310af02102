"""Handing a text message to whoever takes it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _

from app.core.text import clean, paragraph
from app.core.texting import texting_way, twilio_account
from app.notifications.kinds import Letter
from app.notifications.models import Notification
from app.notifications.sending import LeaseLost, NotTaken, Taken
from app.notifications.sms import logged, twilio
from app.notifications.sms.segments import MOST, segments_of
from app.notifications.wording import worded


class NoWords(LookupError):
    """A text message of a kind that has no wording for one: a mistake in the program."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a text message says, and in how many pieces."""

    body: str

    @property
    def segments(self) -> int:
        return segments_of(self.body)


def compose_text(row: Notification, letter: Letter) -> Text:
    """What a text message says: the words of its business or ours, and nothing around them. Raises NoWords."""
    found = worded(row, letter)
    if found is None:
        raise NoWords(row.kind)
    return Text(paragraph(clean(found.body)) or "")


def send_text(text: Text, recipient: str, reference: int, begin: Callable[[], bool]) -> Taken:
    """Send a text to one number (E.164). `reference` is the id of its row, by which the provider reports on it.

    `begin` is called before anything leaves, as in `sending.send`. Raises NotTaken, Unclear or LeaseLost. One that the
    names in it make longer than MOST segments is never sent.
    """
    if text.segments > MOST:
        raise NotTaken(_("The text is too long."), for_good=True)
    if not begin():
        raise LeaseLost
    if texting_way() == "twilio":
        return twilio.send(recipient, text.body, reference, twilio_account())
    return logged.send(recipient, text.body, reference)
