"""Where providers report what became of a message. They sign what they say, and have no session."""

from urllib.parse import parse_qsl

from flask import Blueprint, Response, abort, make_response, request

from app.core import clock
from app.core.db import db, retrying
from app.core.mail import home_address
from app.core.text import clean
from app.core.texting import twilio_account
from app.notifications.sms.reports import keep_report
from app.notifications.sms.twilio import is_signed

MOST_BYTES = 16 * 1024
MOST_FIELDS = 100
bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@bp.post("/twilio/<id:message_id>")
@retrying
def create_text_report(message_id: int) -> Response:
    """Twilio on a text message. The body is read as it was signed, before anything is cleaned."""
    form = _form()
    url = home_address() + request.path
    if not is_signed(request.headers.get("X-Twilio-Signature", ""), url, form, twilio_account().token):
        abort(403)
    provider_id, said = (clean(form.get(name, ""))[:64] for name in ("MessageSid", "MessageStatus"))
    code = form.get("ErrorCode", "")
    keep_report(message_id, provider_id, said, int(code) if _is_code(code) else None, clock.now())
    db.session.commit()
    return make_response("", 204)


def _form() -> dict[str, str]:
    """What was sent; 413 for more than any report has, 400 for what is no text."""
    request.max_content_length = MOST_BYTES
    try:
        fields = parse_qsl(
            request.get_data().decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        abort(400)
    return dict(fields)


def _is_code(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6
