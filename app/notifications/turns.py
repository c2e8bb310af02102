"""Whose turn it is: each business has a line of its own, and so have the mails about accounts, which is line 0."""

import time
from collections import deque
from datetime import datetime

from sqlalchemy import text

from app.core.db import db

NO_BUSINESS = 0
LOOK_AGAIN = 1.0  # seconds after which somebody new in line is noticed, however long the other lines are

# From the first of a line to the first of the next one: as many steps as there are lines, however long each is.
_LINES = text("""
    WITH RECURSIVE lines (line, send_at) AS (
        (SELECT coalesce(business_id, 0), send_at
           FROM notifications
          WHERE status = 'pending'
          ORDER BY coalesce(business_id, 0), send_at, id
          LIMIT 1)
        UNION ALL
        SELECT next.line, next.send_at
          FROM lines
         CROSS JOIN LATERAL (
               SELECT coalesce(n.business_id, 0) AS line, n.send_at
                 FROM notifications n
                WHERE n.status = 'pending' AND coalesce(n.business_id, 0) > lines.line
                ORDER BY coalesce(n.business_id, 0), n.send_at, n.id
                LIMIT 1) next
    )
    SELECT line FROM lines WHERE send_at <= :now ORDER BY send_at, line
""")


def lines_due(now: datetime) -> list[int]:
    """The lines in which something is due, whoever has waited longest first."""
    return list(db.session.scalars(_LINES, {"now": now}))


class Turns:
    """One message of each line in turn, so that a business with thousands keeps nobody waiting."""

    def __init__(self) -> None:
        self._round: deque[int] = deque()
        self._looked = -LOOK_AGAIN

    def next(self) -> int | None:
        """The line whose turn it is, which comes again unless it is `empty`; None when there is none left."""
        self._round.rotate(-1)
        return self._round[-1] if self._round else None

    def empty(self, line: int) -> None:
        """There is nothing left in a line, or others have what there is."""
        self._round.remove(line)

    def look(self, now: datetime) -> None:
        """Who is in line by now. Whoever is known keeps their place, and the others come after them."""
        known, due = set(self._round), lines_due(now)
        self._round = deque(
            [it for it in self._round if it in set(due)] + [it for it in due if it not in known]
        )
        self._looked = time.monotonic()

    def look_now_and_then(self, now: datetime) -> None:
        """The same, when it is LOOK_AGAIN seconds since."""
        if time.monotonic() - self._looked >= LOOK_AGAIN:
            self.look(now)
