"""Reading the calendars of others. What a server answers is waited for outside of any transaction."""

from app.core import clock
from app.core.calendar_sources import allowed_sources
from app.core.db import db
from app.core.jobs import ring
from app.feeds.fetching import NotRead, fetch
from app.feeds.keeping import keep, keep_problem, keep_unchanged
from app.feeds.targets import Target, claim_due, target_of


def read_due_calendars() -> int:
    """Have each calendar read whose turn it is, by a job of its own; how many.

    The claim is committed before: a job that dies loses its turn, and the next is in a quarter of an hour.
    """
    due = claim_due(clock.now())
    db.session.commit()
    for business_id, calendar_id in due:
        ring(read_calendar, business_id, calendar_id)
    return len(due)


def read_calendar(business_id: int, calendar_id: int) -> None:
    """Read one calendar, and make time off of it. Twice at once does no harm: only what differs is written."""
    # RQ, which pages that ring for this do without.
    from app.core.bell import OutOfTime

    try:
        target = target_of(business_id, calendar_id, clock.now())
        db.session.commit()
        if target is not None:
            _read(target)
    except NotRead as error:
        db.session.rollback()
        keep_problem(business_id, calendar_id, error.problem, now=clock.now())
    except OutOfTime:
        db.session.rollback()
        keep_problem(business_id, calendar_id, "too_slow", now=clock.now())
    db.session.commit()


def _read(target: Target) -> None:
    # Megabytes that no web process needs.
    from app.feeds.reading import read_busy

    read = fetch(target.address, target.known, allowed_sources())
    if read.body is None:
        keep_unchanged(target, now=clock.now())
        return
    keep(target, read, read_busy(read.body, target.first, target.last, target.zone), now=clock.now())
