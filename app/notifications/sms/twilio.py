"""Twilio's HTTP API for text messages, and the reports it sends afterwards.

It takes no idempotency key: a request whose answer was lost may have been taken, and only its report can tell.
"""

import base64
import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _

from app.core.mail import address_of
from app.core.text import clean
from app.core.texting import TwilioAccount
from app.notifications.kinds import Reason
from app.notifications.sending import NotTaken, Taken, Unclear
from app.notifications.sms.segments import MOST

if TYPE_CHECKING:
    import httpx

SECONDS = 15  # The longest wait for an answer: shorter than a job.
_SERVICE = "MG"
_LONGEST_ANSWER = 200
# What is wrong with the number or the text; everything else is wrong with the account, or will pass.
_FOR_GOOD = {21211, 21214, 21217, 21265, 21408, 21421, 21610, 21612, 21614, 21617, 21635, 30004, 30005, 30006}


def send(to: str, text: str, reference: int, account: TwilioAccount) -> Taken:
    """Ask Twilio to send it. Raises NotTaken, or Unclear where the answer was lost."""
    import httpx  # Megabytes no web page needs.

    sender = "MessagingServiceSid" if account.sender.startswith(_SERVICE) else "From"
    form = {"To": to, sender: account.sender, "Body": text, "StatusCallback": report_address(reference)}
    try:
        answer = httpx.post(
            f"{account.api}/2010-04-01/Accounts/{account.sid}/Messages.json",
            data=form,
            auth=(account.sid, account.token),
            timeout=SECONDS,
        )
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise NotTaken(_("The provider of text messages could not be reached.")) from error
    except httpx.HTTPError as error:
        raise Unclear from error
    return _taken(answer)


def report_address(reference: int) -> str:
    """Where Twilio says what became of a message."""
    return address_of("webhooks.create_text_report", message_id=reference)


def is_signed(signature: str, url: str, form: Mapping[str, str], token: str) -> bool:
    """Whether a request is from Twilio: base64 of the HMAC-SHA1 over its address and its sorted fields.

    https://www.twilio.com/docs/usage/security#validating-requests
    """
    said = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    ours = base64.b64encode(hmac.new(token.encode(), said.encode(), "sha1").digest())
    return bool(token) and hmac.compare_digest(ours, signature.encode())


def why_not(code: int | None) -> Reason:
    """What an error code of Twilio means, in words a member can do something with."""
    if code in (21610,):
        return _("They have answered STOP to a text message; only they can undo that, by answering START.")
    if code in (21211, 21217, 21614, 21265, 30005):
        return _("This is no number that gets text messages.")
    if code == 30006:
        return _("This is a landline, or a number text messages do not reach.")
    if code in (21408, 21612, 21214):
        return _("No text message can be sent to this country or network.")
    if code == 21617:
        return _("The text is too long.")
    if code == 30003:
        return _("The phone was switched off or out of reach.")
    if code in (30004, 30007):
        return _("The network of the phone refused it.")
    return _("The provider of text messages refused it (error %(code)s).", code=code or "?")


def _taken(answer: "httpx.Response") -> Taken:
    said = _read(answer)
    if answer.is_success:
        sid, segments = str(said.get("sid") or ""), str(said.get("num_segments") or "")
        return Taken(sid, int(segments) if segments.isdigit() and 1 <= int(segments) <= MOST else None)
    code = said.get("code")
    if answer.status_code == 400 and code in _FOR_GOOD:
        raise NotTaken(why_not(code), for_good=True)
    words = clean(str(said.get("message") or answer.status_code))[:_LONGEST_ANSWER]
    raise NotTaken(_("The provider of text messages refused it: %(answer)s", answer=words))


def _read(answer: "httpx.Response") -> dict[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
