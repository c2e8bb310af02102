"""The business replies to a review, or says why it should not be seen; and what then becomes of it."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict
from app.moderation.models import Report
from app.moderation.reporting import report as report_subject
from app.reviews.models import Review
from app.reviews.ratings import add_to_ratings

REVIEW = "review"


class NotShown(Conflict):
    """Nobody would read the answer."""

    message = _("Nobody can read this review, so there is nothing to answer.")


def reply(written: Review, words: str | None, *, by: Actor, now: datetime) -> None:
    """Answer a review in public, instead of what was answered before; with nothing, take the answer away.

    Raises NotShown for an answer to what is not shown.
    """
    db.session.refresh(written, with_for_update=True)
    before = written.reply
    if before == words:
        return
    if words and written.status != "shown":
        raise NotShown
    written.reply = words
    written.replied_at, written.replied_by = (now, by.user_id) if words else (None, None)
    db.session.flush()
    record(
        "review.replied",
        REVIEW,
        written.id,
        by=by,
        at=now,
        business_id=written.business_id,
        changes={"reply": [before, words]},
    )


def report(written: Review, reason: str, note: str | None, *, by: Actor, now: datetime) -> Report:
    """Say why a review should not be seen. It stays to be seen until that is decided."""
    return report_subject(written.business_id, REVIEW, written.id, reason, note, by=by, now=now)


def show_or_hide(written: Review, *, shown: bool, by: Actor, now: datetime, reason: str) -> None:
    """Show or hide a review as it was decided; only what is shown counts. Takes the schedule lock."""
    lock_schedule(written.business_id)
    db.session.refresh(written, with_for_update=True)
    before, after = written.status, "shown" if shown else "hidden"
    if before == after:
        return
    if before == "shown":
        add_to_ratings(written, -1)
    written.status, written.held_for = after, None
    db.session.flush()
    if shown:
        add_to_ratings(written, 1)
    record(
        f"review.{after}",
        REVIEW,
        written.id,
        by=by,
        at=now,
        business_id=written.business_id,
        changes={"status": [before, after]},
        reason=reason,
    )
