"""What can wait: forgetting links that ran out long ago."""

from app.auth.links import forget_links
from app.core import clock
from app.core.db import db

AT_ONCE = 1000


def forget_old_links() -> int:
    """Delete them, some at a time; how many there were."""
    total = 0
    while count := forget_links(clock.now(), AT_ONCE):
        db.session.commit()
        total += count
    return total
