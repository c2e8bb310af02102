"""What a job needs to write and post a mail: its pages, the addresses in them, and a way to a mail server.

Web processes never send, so Flask-Mail is imported only where a connection is opened.
"""

import contextlib
import os
import socket
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, cast
from urllib.parse import urlsplit

from flask import current_app, render_template
from flask_babel import force_locale

SMTP_SECONDS = 20  # The longest wait for one answer: shorter than a job, which is shorter than a lease.
_GOODBYE_SECONDS = 2
_MOST_MAILS = 100  # over one connection; some servers take no more, and say so in the middle of one

Answer = tuple[int, bytes]


class PostOffice(Protocol):
    """Whoever takes mails, as smtplib speaks to it. Answers are (code, words); a broken connection raises."""

    def mail(self, sender: str, options: Sequence[str] = ()) -> Answer: ...
    def rcpt(self, recip: str, options: Sequence[str] = ()) -> Answer: ...
    def data(self, msg: bytes) -> Answer: ...
    def has_extn(self, opt: str) -> bool: ...


class Mailbox:
    """A folder in place of a mail server, while developing: each mail is a file `<moment>-<number>.eml`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mail(self, sender: str, options: Sequence[str] = ()) -> Answer:
        return 250, b"OK"

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> Answer:
        return 250, b"OK"

    def has_extn(self, opt: str) -> bool:
        return False

    def data(self, msg: bytes) -> Answer:
        """The newest name sorts last; whoever reads meanwhile sees all of a mail or nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".", delete=False) as draft:
            draft.write(msg)
        name = f"{os.stat(draft.name).st_mtime_ns:020}.eml"
        os.replace(draft.name, self.folder / name)
        return 250, b"kept"


def way_out() -> Literal["smtp", "mailbox", "none"]:
    """Where mails go: to the server of MAIL_SERVER; without one into a folder while developing, else nowhere yet."""
    if current_app.config["MAIL_SERVER"]:
        return "smtp"
    return "none" if current_app.config["DAYBOOK_ENV"] == "production" else "mailbox"


def mailbox_folder() -> Path:
    """Where mails lie that no server takes."""
    return Path(current_app.config["DAYBOOK_DATA"]) / "mailbox"


def sender_address() -> str:
    """The address all mails come from."""
    return str(current_app.config["MAIL_DEFAULT_SENDER"])


def sender_host() -> str:
    """The host in every Message-ID of ours."""
    return sender_address().rpartition("@")[2]


def render(template: str, language: str, words: Mapping[str, Any]) -> str:
    """A template in somebody's language, a BCP 47 tag, which the template knows as `language`."""
    with force_locale(language.replace("-", "_")):
        return render_template(template, language=language, **words)


def render_lines(template: str, language: str, words: Mapping[str, Any]) -> dict[str, str]:
    """What a template says in lines `name=words`, by name: for words that acts need as people read them."""
    lines = render(template, language, words).splitlines()
    return {name: value.strip() for name, is_one, value in (it.partition("=") for it in lines) if is_one}


def address_of(endpoint: str, **values: Any) -> str:
    """The whole address of a page, from PUBLIC_BASE_URL: a job has no request to take it from."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return home_address() + path


def home_address() -> str:
    """Where Daybook is, without a slash at its end: pictures in a mail need whole addresses."""
    return str(current_app.config["PUBLIC_BASE_URL"])


def home_host() -> str:
    """The host Daybook is at: calendar entries are named after it."""
    return str(urlsplit(home_address()).hostname)


def flask_mail() -> Any:
    """Flask-Mail with the settings of now; imported where it is asked for, because web processes send nothing."""
    from flask_mail import Mail

    return Mail(current_app)


class Mailing:
    """Many mails over one connection, opened when it is needed first and again after it broke. Ends with `close`."""

    def __init__(self) -> None:
        self._host: Any = None
        self._taken = 0

    @property
    def is_fresh(self) -> bool:
        """Whether nothing was posted over this connection yet."""
        return self._taken == 0

    def office(self) -> PostOffice:
        """An open connection on which no mail is begun. Raises OSError when there is none to be had.

        What was begun and not taken is forgotten by RSET, which also tells whether the other side is still there.
        """
        if way_out() == "mailbox":
            return Mailbox(mailbox_folder())
        if self._taken >= _MOST_MAILS or (self._host is not None and not self._is_ready()):
            self.close()
        if self._host is None:
            self._host, self._taken = _connect(), 0
            self._host.ehlo_or_helo_if_needed()
        return cast(PostOffice, self._host)

    def count(self) -> None:
        """One more mail went over it."""
        self._taken += 1

    def close(self) -> None:
        """Say goodbye. What goes wrong then does not matter: by now a mail was taken, or it was not."""
        host, self._host, self._taken = self._host, None, 0
        if host is None:
            return
        with contextlib.suppress(OSError):  # smtplib's own errors are OSErrors too.
            if host.sock is not None:
                host.sock.settimeout(_GOODBYE_SECONDS)
                host.quit()
        host.close()

    def _is_ready(self) -> bool:
        try:
            return bool(self._host.rset()[0] == 250)
        except OSError:
            return False


def _connect() -> Any:
    """smtplib's connection, as Flask-Mail opens it, encrypted and signed in as configured.

    Neither of them has a timeout of its own, so the socket gets one when it is made.
    """
    mail = flask_mail()
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SMTP_SECONDS)
    try:
        return mail.connect().configure_host()
    finally:
        socket.setdefaulttimeout(before)
