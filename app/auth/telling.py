"""Mails about an account, planned in the transaction of what they tell."""

from datetime import datetime
from typing import Any

from flask_babel import get_locale

from app.auth.models import OneTimeLink, User
from app.notifications.planning import Message, plan


def tell_link(kind: str, link: OneTimeLink, user: User | None, now: datetime) -> None:
    """A mail with a link, to the address the link was made for. After its end it is of no use.

    A link for nobody is planned too, so that asking takes as long; the mail is called off when it would be sent.
    """
    message = Message(
        kind=kind,
        business_id=None,
        subject_kind="link",
        subject_id=link.id,
        recipient=link.email,
        language=language_of(user),
        dedupe_key=f"link{link.id}:{kind}:email",
        expires_at=link.expires_at,
        user_id=link.user_id,
    )
    plan([message], now)


def tell_user(
    kind: str, user: User, about: str, now: datetime, recipient: str | None = None, **words: Any
) -> None:
    """A notice to somebody, or to an address that was theirs. `about` tells it from others of its kind."""
    message = Message(
        kind=kind,
        business_id=None,
        subject_kind="user",
        subject_id=user.id,
        recipient=recipient or user.email,
        language=language_of(user),
        dedupe_key=f"user{user.id}:{kind}:{about}:email",
        user_id=user.id,
        payload={"at": now.isoformat(), **words},
    )
    plan([message], now)


def language_of(user: User | None) -> str:
    """What somebody chose to read, or the language of the page they are on."""
    chosen = user.language if user else None
    return chosen or str(get_locale() or "en-GB").replace("_", "-")
