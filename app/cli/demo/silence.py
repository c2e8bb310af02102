"""Nobody in the demo is written to: its customers do not exist, and whoever tries it out may type any address.

This is the one place that knows. Whatever an act has planned to send for a demo business is called off before the
transaction that planned it is committed, so no worker ever sees it.
"""

from flask_babel import lazy_gettext as _
from sqlalchemy import update

from app.core.db import db
from app.core.jobs import forget_waiting
from app.notifications.models import OPEN, Notification

REASON = _("This business is only for looking around, so nobody is written to.")


def call_off(business_id: int) -> int:
    """Cancel all that is planned to be sent for a business; how many messages."""
    forget_waiting(
        db.session()
    )  # Or the worker would be rung for each of them, a thousand times for nothing.
    planned = update(Notification).where(
        Notification.business_id == business_id, Notification.status.in_(OPEN)
    )
    called_off = {
        "status": "cancelled",
        "last_error": str(REASON),
        "claim_token": None,
        "claimed_until": None,
    }
    return len(db.session.execute(planned.values(called_off).returning(Notification.id)).all())
