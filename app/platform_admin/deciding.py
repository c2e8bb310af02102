"""What platform admins decide about a business; its owners and managers are told."""

from datetime import datetime

from app.businesses import suspending
from app.businesses.joining import members_of
from app.businesses.models import Business
from app.core.actor import Actor
from app.notifications.planning import Message, plan


def suspend(business: Business, reason: str, *, by: Actor, now: datetime) -> None:
    """Switch a business off. Raises SuspendedAlready."""
    suspending.suspend(business, reason, by=by, now=now)
    _tell(business, "business_suspended", reason, now)


def reinstate(business: Business, reason: str, *, by: Actor, now: datetime) -> None:
    """Let it be what it was before. Raises NotSuspended."""
    suspending.reinstate(business, reason, by=by, now=now)
    _tell(business, "business_reinstated", reason, now)


def _tell(business: Business, kind: str, reason: str, now: datetime) -> None:
    told = [it.user for it in members_of(business.id) if it.user.active and it.is_at_least("manager")]
    plan(
        [
            Message(
                kind=kind,
                business_id=business.id,
                subject_kind="business",
                subject_id=business.id,
                recipient=it.email,
                language=it.language or business.language,
                dedupe_key=f"b{business.id}:{kind}:{now.isoformat()}:user{it.id}:email",
                expires_at=None,
                user_id=it.id,
                payload={"reason": reason},
            )
            for it in told
        ],
        now,
    )
