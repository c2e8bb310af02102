"""What can wait: archives somebody has asked for are written, old ones thrown away, ended businesses deleted."""

from app.archives.deleting import delete_rows, ended
from app.archives.writing import stand_still, write_archive
from app.core import clock
from app.core.db import db
from app.core.jobs import one_waits
from app.core.mail import home_host
from app.core.parcels import asked_for, making, throw_away


@one_waits
def write_archives() -> int:
    """Write what was asked for; how many there were."""
    count = 0
    for parcel in asked_for():
        with making(parcel) as to:
            if to is None:
                continue
            db.session.rollback()
            stand_still()
            write_archive(parcel.owner, to, clock.now(), host=home_host(), language=parcel.note or None)
            db.session.rollback()
            count += 1
    return count


def throw_away_archives() -> int:
    """Those nobody has fetched for a week; how many there were."""
    return throw_away()


def delete_businesses() -> int:
    """Delete what is left of businesses that have ended, some rows at a time; how many businesses are gone."""
    gone = 0
    for business_id in ended(clock.now()):
        while delete_rows(business_id, clock.now()):
            db.session.commit()
        db.session.commit()
        throw_away(business_id)
        gone += 1
    return gone
