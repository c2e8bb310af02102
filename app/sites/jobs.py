"""What can wait: forgetting websites on which the widget has not been seen for long."""

from app.core import clock
from app.core.db import db
from app.sites.seeing import forget_old


def forget_old_sightings() -> int:
    """Delete them, some at a time; how many there were."""
    total = 0
    while count := forget_old(clock.now()):
        db.session.commit()
        total += count
    return total
