"""The provider while developing: a line in the log, and the text in the mailbox at /dev/mailbox/."""

from email.message import EmailMessage

import structlog

from app.core.mail import Mailbox, mailbox_folder
from app.notifications.sending import Taken
from app.notifications.sms.segments import segments_of

CHANNEL = "X-Daybook-Channel"  # Says that what lies in the mailbox is a text message.
_SUBJECT = 60
_log = structlog.get_logger("daybook")


def send(to: str, text: str, reference: int) -> Taken:
    """Keep it. The log does not say to whom or what: it is read by others than the mailbox."""
    letter = EmailMessage()
    letter["To"], letter["Subject"], letter[CHANNEL] = to, " ".join(text.split())[:_SUBJECT], "sms"
    letter.set_content(text)
    Mailbox(mailbox_folder()).data(letter.as_bytes())
    segments = segments_of(text)
    _log.info("a text message was kept", message=reference, to=f"••• {to[-3:]}", segments=segments)
    return Taken(f"log-{reference}", segments)
