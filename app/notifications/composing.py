"""A message as the bytes that are sent. Imported by whoever sends: its libraries take megabytes no web page needs."""

from email.charset import QP, Charset
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import quote

import css_inline
from flask_mail import Message

from app.core.mail import flask_mail, sender_address
from app.core.text import clean
from app.notifications.drawing import draw
from app.notifications.kinds import Letter
from app.notifications.models import Notification
from app.notifications.sending import NotTaken, one_address

_LONGEST_NAME = 100
# Dark mode and narrow screens cannot be written into elements, so those rules stay in the head.
_INLINER = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)
# Lines of at most 76 characters, whatever people write: servers break longer ones than 998, or refuse them.
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP


# The newer policies unpack long headers to fold them, and forget to quote: a name could become a second address.
_FOLDING = compat32.clone(linesep="\r\n")


class _Message(Message):
    """Flask-Mail's message, its texts in an encoding every server passes on unchanged."""

    def _message(self) -> MIMEBase:
        message = super()._message()
        message.policy = _FOLDING
        return message

    def _mimetext(self, text: str | None, subtype: str = "plain") -> MIMEText:
        return MIMEText(text or "", subtype, _UTF8)  # type: ignore[arg-type]


def compose(row: Notification, letter: Letter) -> bytes:
    """The mail with its headers. Names cannot end a header or add an address, whatever is in them.

    Raises NotTaken for an address that no mail can be sent to.
    """
    flask_mail()
    drawn = draw(row, letter)
    message = _Message(
        _encoded(drawn.subject),
        sender=_named(letter.sender, sender_address()),
        recipients=[_named(letter.recipient or "", one_address(row.recipient))],
        reply_to=_answers_to(letter.reply_to),
        body=drawn.text,
        html=_INLINER.inline(drawn.page),
        extra_headers=_headers(letter),
    )
    message.msgId = row.message_id or message.msgId
    for file in letter.attached:
        message.attach(file.name, file.content_type, file.body)
    return bytes(message.as_bytes())


def _headers(letter: Letter) -> dict[str, str]:
    """What mail programs read. Whoever may end such mails by one click does so by a POST to the address (RFC 8058)."""
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if letter.unsubscribe:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _named(name: str, address: str) -> str:
    """`"Ann's Salon" <ann@example.com>`; Flask-Mail encodes the name as it needs it."""
    name = _one_line(name, _LONGEST_NAME)
    return f'"{quote(name)}" <{address}>' if name else address


def _answers_to(address: str | None) -> str | None:
    """Where answers go; nowhere if no mail can be sent there, because what it answers has to arrive all the same."""
    try:
        return one_address(address) if address else None
    except NotTaken:
        return None


def _encoded(subject: str) -> str:
    """Flask-Mail folds without a thought of the header's name, and its first line would be empty.

    What only looks like an encoded word, `=?`, is encoded too, so that it is read as it was written (RFC 2047, 6.3).
    """
    is_plain = subject.isascii() and "=?" not in subject
    return subject if is_plain else Header(subject, "utf-8", header_name="Subject").encode()


def _one_line(text: str, length: int) -> str:
    return " ".join(clean(text).split())[:length]
