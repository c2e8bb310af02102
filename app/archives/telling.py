"""The members of a business that is to end, told of it: at once, some days before, and when it stays after all."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _

from app.auth.models import User
from app.businesses.joining import members_of
from app.businesses.models import Business
from app.core.actor import Actor
from app.notifications.planning import Message, call_off, plan, unsent

SOON = timedelta(days=5)  # So long before the end it is said once more.
SUBJECT = "business"


def tell_of_end(business: Business, by: Actor, now: datetime) -> None:
    """Everybody who works there, whoever asked for it too: somebody else may have been in their account."""
    assert business.ends_at
    once_more = business.ends_at - SOON
    members = _members(business)
    plan([_message("business_ending", business, it, by, None) for it in members], now)
    plan([_message("business_ends_soon", business, it, by, once_more) for it in members], now)


def tell_of_stay(business: Business, ended_at: datetime, by: Actor, now: datetime) -> None:
    """Those who may know that it was to end at `ended_at`. The others never hear of it."""
    waiting = unsent(business.id, SUBJECT, [business.id], ("business_ending", "business_ends_soon"))
    call_off(waiting, _("The business stays after all."))
    unaware = {it.user_id for it in waiting if it.kind == "business_ending"}
    aware = [it for it in _members(business) if it.id not in unaware]
    plan([_message("business_kept", business, it, by, None, ended_at) for it in aware], now)


def _message(
    kind: str,
    business: Business,
    user: User,
    by: Actor,
    send_at: datetime | None,
    ended_at: datetime | None = None,
) -> Message:
    until = ended_at or business.ends_at
    assert until
    return Message(
        kind=kind,
        business_id=business.id,
        subject_kind=SUBJECT,
        subject_id=business.id,
        recipient=user.email,
        language=user.language or business.language,
        dedupe_key=f"b{business.id}:{kind}:{until.isoformat()}:user{user.id}:email",
        expires_at=until,
        user_id=user.id,
        send_at=send_at,
        payload={"ends_at": until.isoformat(), "by": by.name},
    )


def _members(business: Business) -> list[User]:
    return [it.user for it in members_of(business.id) if it.user.active]
