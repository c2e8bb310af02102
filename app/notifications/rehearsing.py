"""A message to whoever writes its words: through everything a real one goes through, to where it is read."""

import uuid
from datetime import datetime, timedelta

from flask_babel import gettext as _

from app.core.db import db
from app.core.errors import DomainError
from app.core.tries import tries
from app.notifications.kinds import Wording
from app.notifications.models import MessageSettings
from app.notifications.planning import Message, plan
from app.notifications.rewording import Place

_AN_HOUR = timedelta(hours=1)
_SO_OFTEN = "5/hour"


class NoTextMessages(DomainError):
    """This business sends none."""

    def __init__(self) -> None:
        super().__init__(_("Text messages are switched off for this business, so none can be tried."))


def may_text(business_id: int) -> bool:
    """Whether a business sends text messages at all."""
    settings = db.session.get(MessageSettings, business_id)
    return settings is not None and settings.sms_limit > 0


def rehearse(
    business_id: int, place: Place, wording: Wording, *, recipient: str, user_id: int, now: datetime
) -> None:
    """Send these words, kept or not, about something made up. `recipient` is an address or a number in E.164.

    Raises TooManyTries and NoTextMessages.
    """
    if place.channel == "sms" and not may_text(business_id):
        raise NoTextMessages
    tries.count(_SO_OFTEN, "wording-test", str(user_id))
    message = Message(
        kind="wording_test",
        business_id=business_id,
        subject_kind="business",
        subject_id=business_id,
        channel=place.channel,
        recipient=recipient,
        language=place.language,
        dedupe_key=f"b{business_id}:wording_test:{uuid.uuid4()}",
        expires_at=now + _AN_HOUR,
        user_id=user_id,
        payload={
            "kind": place.kind,
            "subject": wording.subject and str(wording.subject),
            "body": str(wording.body),
        },
    )
    plan([message], now)
