"""What would have been sent, to look at while developing without a mail server. Not in production."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from flask import Blueprint, Response, abort, g, make_response, render_template

from app.core.mail import mailbox_folder
from app.notifications.sms.logged import CHANNEL

MOST_SHOWN = 100
bp = Blueprint("mailbox", __name__, url_prefix="/dev/mailbox")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail or a text message as it was handed over; `number` is the moment, in nanoseconds."""

    number: int
    parsed: EmailMessage

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.number / 1e9, UTC)

    @property
    def is_text_message(self) -> bool:
        return self.parsed[CHANNEL] == "sms"

    @property
    def text(self) -> str:
        return self._content("plain")

    @property
    def page(self) -> str:
        """Its HTML; links leave the frame it is shown in."""
        return self._content("html").replace("<head>", '<head><base target="_top">', 1)

    @property
    def files(self) -> dict[str, EmailMessage]:
        """What is attached, by name."""
        return {part.get_filename() or "": part for part in self.parsed.iter_attachments()}

    def _content(self, kind: str) -> str:
        part = self.parsed.get_body((kind,))
        return "" if part is None else str(part.get_content())


@bp.get("/")
def index() -> Response:
    """The newest mails."""
    newest = sorted(mailbox_folder().glob("[0-9]*.eml"), reverse=True)
    mails = [_read(path) for path in newest[:MOST_SHOWN]]
    return make_response(render_template("mailbox/index.html", mails=mails, more=len(newest) - len(mails)))


@bp.get("/<id:number>")
def show(number: int) -> Response:
    """A mail with its headers, its page in a frame, its text and its files."""
    g.layout = "mailbox"
    return make_response(render_template("mailbox/show.html", mail=_find(number)))


@bp.get("/<id:number>/page")
def show_page(number: int) -> Response:
    """The mail as a mail program shows it: with styles inside, and with nothing that runs."""
    g.layout = "letter"
    return make_response(_find(number).page)


@bp.get("/<id:number>/files/<name>")
def show_file(number: int, name: str) -> Response:
    """Something that is attached."""
    part = _find(number).files.get(name) or abort(404)
    response = Response(part.get_payload(decode=True), content_type=part.get_content_type())
    response.headers["Content-Disposition"] = "attachment"
    return response


def _find(number: int) -> Mail:
    path = mailbox_folder() / f"{number:020}.eml"
    return _read(path) if path.is_file() else abort(404)


def _read(path: Path) -> Mail:
    with path.open("rb") as file:
        return Mail(int(path.stem), BytesParser(EmailMessage, policy=policy.default).parse(file))
