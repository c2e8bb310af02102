"""What a message says, for members to read."""

import structlog

from app.core.db import db
from app.notifications.models import Notification
from app.notifications.writing import Written, written_now

# Other messages hold links that are meant for one person alone: to an account, to a password, into a team.
OPEN_TO_MEMBERS = ("booking", "series", "waitlist_entry", "waitlist_offer", "order")
_log = structlog.get_logger("daybook")


def shown(row: Notification) -> Written | None:
    """What it would say if it were sent now; None where that is nobody's business, or its subject is gone."""
    if row.subject_kind not in OPEN_TO_MEMBERS:
        return None
    try:
        with db.session.begin_nested():
            return written_now(row)
    except Exception:
        _log.info("a message could not be shown", message=row.id, kind=row.kind, exc_info=True)
        return None
