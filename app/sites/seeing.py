"""How the widget does on websites: noted when one of their pages shows it, forgotten when it is old."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text, tuple_

from app.businesses.models import Business
from app.core.db import db
from app.sites.finding import listed_as, origins_of, twin_of
from app.sites.models import Sighting
from app.sites.origins import NotAWebsite, origin_of

MOST_SIGHTINGS = 50
LONGEST_ORIGIN = 300
KEPT = timedelta(days=90)
AT_ONCE = 1000
# What the script of the widget reports, and what it is in a row.
STATES = {"works": None, "frame-src": "frame-src", "us": "us"}
# A website that is on the list is kept before one that is not, and of those the one that was seen last.
_NOTE = text("""
WITH kept AS (
    INSERT INTO sightings AS s (business_id, origin, seen_at, blocked_by)
    SELECT :business, :origin, :now, :blocked_by
     WHERE :is_listed
        OR (SELECT count(*) FROM sightings
             WHERE business_id = :business AND origin = ANY (:listed)) < :most
    ON CONFLICT (business_id, origin) DO UPDATE
       SET seen_at = excluded.seen_at, blocked_by = excluded.blocked_by
     WHERE s.seen_at <= excluded.seen_at - interval '1 minute'
    RETURNING origin
), gone AS (
    DELETE FROM sightings
     WHERE business_id = :business AND EXISTS (SELECT FROM kept)
       AND origin IN (SELECT origin FROM sightings
                       WHERE business_id = :business AND origin <> :origin
                       ORDER BY origin = ANY (:listed) DESC, seen_at DESC, origin
                      OFFSET :most - 1)
)
SELECT count(*) FROM kept
""")


def see(business: Business, origin: str, state: str, *, home: str, now: datetime) -> bool:
    """Note how the widget did on a page of a website just now; whether anything was written.

    `home` is our own origin. Of a website there is one note, written once a minute at most. Left out is what makes no
    sense: states there are none of, our own pages, and that it works where it may not be shown.
    """
    if state not in STATES or not is_origin(origin) or origin == home:
        return False
    listed = origins_of(business.id)
    site = listed_as(origin, listed)
    if state == "works" and not site and not business.framed_anywhere:
        return False
    row = {"business": business.id, "origin": site or origin, "now": now, "blocked_by": STATES[state]}
    more = {"is_listed": site is not None, "listed": listed, "most": MOST_SIGHTINGS}
    return bool(db.session.scalar(_NOTE, row | more))


def is_origin(written: str) -> bool:
    """Whether this is an origin as a browser writes it, of a website that could be on a list."""
    try:
        return len(written) <= LONGEST_ORIGIN and origin_of(written) == written
    except NotAWebsite:
        return False


def sightings_of(business_id: int) -> Sequence[Sighting]:
    """All that is known of how the widget does, the latest first."""
    found = select(Sighting).filter_by(business_id=business_id)
    return db.session.scalars(found.order_by(Sighting.seen_at.desc(), Sighting.origin)).all()


def forget_sighting(business_id: int, origin: str) -> None:
    """Put away what is known of a website, until it is seen again."""
    seen = (origin, twin_of(origin)) if is_origin(origin) else ()
    db.session.execute(delete(Sighting).where(Sighting.business_id == business_id, Sighting.origin.in_(seen)))


def forget_old(now: datetime) -> int:
    """Delete some of those that were not seen for `KEPT`; how many."""
    key = tuple_(Sighting.business_id, Sighting.origin)
    old = select(Sighting.business_id, Sighting.origin).where(Sighting.seen_at < now - KEPT).limit(AT_ONCE)
    gone = delete(Sighting).where(key.in_(old)).returning(Sighting.origin).cte("gone")
    return db.session.scalar(select(func.count()).select_from(gone)) or 0
