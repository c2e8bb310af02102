"""Handing one mail to a mail server, step by step, so that it is known at each step whether it can have arrived."""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr

from flask_babel import gettext as _

from app.core.mail import Mailing, PostOffice
from app.core.text import clean
from app.notifications.kinds import Reason

_LONGEST_ANSWER = 200
_CLOSES = 421


@dataclass(frozen=True, slots=True)
class Taken:
    """What whoever took a message answered: their name for it, and of a text message how many segments it is."""

    provider_id: str
    segments: int | None = None


class NotTaken(Exception):
    """The mail server, or the provider, did not take it. `for_good`: it never will. `reason` is for members."""

    def __init__(self, reason: Reason, *, for_good: bool = False) -> None:
        super().__init__(str(reason))
        self.reason, self.for_good = reason, for_good


class Unclear(Exception):
    """The connection broke after the first byte of the message: it may have arrived or not."""


class _Closing(NotTaken):
    """The server ends this connection, for example because it takes no more mails over one."""


class LeaseLost(Exception):
    """Somebody else may have begun to send it meanwhile."""


def send(body: bytes, sender: str, recipient: str, begin: Callable[[], bool], mailing: Mailing) -> Taken:
    """Send a mail to one address; what the server answered.

    `begin` is called when the recipient was accepted and nothing of the mail is sent yet; it writes down, and
    commits, that from now on the mail may arrive. Raises NotTaken, Unclear or LeaseLost.
    """
    address = one_address(recipient)
    try:
        office = _accepting(mailing, sender, address, body)
        if not begin():
            raise LeaseLost
        answer = _hand_over(office, body)
    except OSError as error:  # smtplib's own errors are OSErrors too.
        mailing.close()
        raise NotTaken(_why_unreachable(error)) from error
    except Unclear:
        mailing.close()
        raise
    mailing.count()
    return Taken(answer)


def one_address(recipient: str) -> str:
    """The one address a mail goes to, as mail servers write it. Raises NotTaken for anything else."""
    _name, address = parseaddr(recipient)
    local, _at, host = address.rpartition("@")
    plain = local and host and address == recipient and not set(' \t\r\n,;<>"') & set(recipient)
    try:
        if not plain:
            raise ValueError(recipient)
        return f"{local.encode('ascii').decode()}@{host.encode('idna').decode()}"
    except ValueError as error:
        raise NotTaken(_("No mail can be sent to this address."), for_good=True) from error


def _accepting(mailing: Mailing, sender: str, recipient: str, body: bytes) -> PostOffice:
    """An office that takes mails to them. One that was used before may end at any step; then a new one is asked."""
    office = mailing.office()
    try:
        _offer(office, sender, recipient, body)
    except (OSError, _Closing):
        if mailing.is_fresh:
            raise
        mailing.close()
        office = mailing.office()
        _offer(office, sender, recipient, body)
    return office


def _offer(office: PostOffice, sender: str, recipient: str, body: bytes) -> None:
    """Sender and recipient. What the server says about us passes; what it says about them may be for good."""
    size = [f"size={len(body)}"] if office.has_extn("size") else []
    code, words = office.mail(sender, size)
    if code == _CLOSES:
        raise _Closing(_refusal(code, words))
    if code != 250:
        raise NotTaken(_refusal(code, words))
    code, words = office.rcpt(recipient)
    if code not in (250, 251):
        raise NotTaken(_refusal(code, words), for_good=code >= 500)


def _hand_over(office: PostOffice, body: bytes) -> str:
    try:
        code, words = office.data(body)
    except smtplib.SMTPDataError as refused:
        code, words = refused.smtp_code, _bytes(refused.smtp_error)
    except OSError as error:
        raise Unclear from error
    if code != 250:
        raise NotTaken(_refusal(code, words), for_good=code >= 500)
    return _readable(words)


def _refusal(code: int, words: bytes) -> str:
    """The server's own words: they name the full mailbox or the wrong address."""
    answer = f"{code} {_readable(words)}".strip()
    return _("The mail server refused it: %(answer)s", answer=answer)


def _why_unreachable(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("The mail server does not accept our user name and password.")
    if isinstance(error, smtplib.SMTPResponseException):
        return _refusal(error.smtp_code, _bytes(error.smtp_error))
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return _("The mail server did not answer in time.")
    return _("The mail server could not be reached.")


def _readable(words: bytes) -> str:
    return " ".join(clean(words.decode("utf-8", "replace")).split())[:_LONGEST_ANSWER]


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()
