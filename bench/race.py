"""Fifty clients who press the button for one place at the same moment."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text

from app.core.db import db
from bench.client import Address, Answer, Clients
from bench.dataset import Salon, give_back
from bench.engine import free_starts
from bench.measuring import percentile
from bench.rows import hold_call

CLIENTS = 50
P99_MS = 400  # at most
PEER_ROUNDS = 0  # of 20 in which the best peer let exactly one of them win


@dataclass(slots=True)
class Race:
    """`right` rounds had one winner, one booking, and for everybody else other times. `broken` answers were 5xx."""

    rounds: int
    right: int = 0
    broken: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return percentile(self.seconds, 50)

    @property
    def p99(self) -> float:
        return percentile(self.seconds, 99)


def race(address: Address, salon: Salon, rounds: int) -> Race:
    """So many rounds, each for another half-hour of one person, after one that only warms the server up."""
    starts = free_starts(salon, salon.people[0])
    found = Race(rounds)
    for n in range(rounds + 1):
        answers = _round(address, salon, starts[n * len(starts) // (rounds + 1)])
        codes = sorted(answer.status for answer in answers)
        is_right = codes == [303] + [409] * (CLIENTS - 1) and _held(salon) == 1
        give_back(salon.business)
        db.session.commit()
        if n:
            found.right += is_right
            found.broken += sum(code >= 500 for code in codes)
            found.seconds += [answer.seconds for answer in answers]
    return found


def _round(address: Address, salon: Salon, start: datetime) -> list[Answer]:
    calls = [[hold_call(salon, start.isoformat(), salon.people[0])] for _ in range(CLIENTS)]
    db.session.rollback()
    with Clients(address, CLIENTS) as clients:
        return clients.exchange(calls)


def _held(salon: Salon) -> int:
    held = text("SELECT count(*) FROM bookings WHERE business_id = :business AND status = 'held'")
    return int(db.session.execute(held, {"business": salon.business}).scalar_one())
