"""What a message would say if it were sent now, for whoever looks at it on a page."""

from dataclasses import dataclass

from app.notifications.drawing import draw
from app.notifications.kinds import find_kind
from app.notifications.models import Notification
from app.notifications.sms.providers import compose_text


@dataclass(frozen=True, slots=True)
class Written:
    """A mail, its styles still in its head; or a text message, which has neither subject nor page."""

    body: str
    subject: str = ""
    page: str = ""
    segments: int | None = None


def written_now(row: Notification) -> Written:
    """What a row would say if it were sent now. Raises whatever its room does when its subject is gone."""
    letter = find_kind(row.kind).words(row)
    if row.channel == "sms":
        text = compose_text(row, letter)
        return Written(text.body, segments=text.segments)
    drawn = draw(row, letter)
    return Written(drawn.text, drawn.subject, drawn.page)
