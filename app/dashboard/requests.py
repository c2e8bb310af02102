"""Requests that wait for an answer, the oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import text

from app.appointments.answering import ANSWERED_WITHIN
from app.businesses.models import Membership
from app.core.db import db

SHOWN = 5
MOST = 100
SOON = timedelta(hours=12)

_REQUESTS = text("""
    WITH waiting AS (
        SELECT b.id, b.appointment_id, a.starts_at, a.ends_at, b.service_name, b.places,
               CASE WHEN b.guest > 1 THEN coalesce(b.guest_name, b.contact_name) ELSE b.contact_name END AS customer,
               b.performer_name, b.total_cents, b.currency, b.note, b.created_at,
               least(b.created_at + :within, a.starts_at) AS until,
               count(*) OVER () AS number, row_number() OVER (ORDER BY b.created_at, b.id) AS place
          FROM bookings b
          JOIN appointments a ON a.business_id = b.business_id AND a.id = b.appointment_id
         WHERE b.business_id = :business AND b.status = 'requested'
           AND b.created_at > :now - :within AND a.starts_at > :now
           AND (:sees_all OR EXISTS (
               SELECT 1
                 FROM allocations l
                 JOIN staff_members s ON s.business_id = l.business_id AND s.resource_id = l.resource_id
                WHERE l.business_id = b.business_id AND l.appointment_id = b.appointment_id AND s.user_id = :user)))
    SELECT * FROM waiting WHERE place <= :shown OR until <= :soon ORDER BY place LIMIT :most
""")


class Request(NamedTuple):
    """A booking that was asked for. It runs out at `until` (UTC); money is in minor units."""

    id: int
    appointment_id: int
    starts_at: datetime
    ends_at: datetime
    service: str
    places: int
    customer: str
    person: str | None
    total: int
    currency: str
    note: str | None
    created_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Requests:
    """The oldest ones, how many there are in all, and those that run out soon, the soonest first."""

    oldest: Sequence[Request]
    number: int
    running_out: Sequence[Request]


def requests_to(membership: Membership, now: datetime, shown: int = SHOWN) -> Requests:
    """What this member can answer: staff what takes their own time. One statement."""
    asked = {
        "business": membership.business_id,
        "user": membership.user_id,
        "sees_all": membership.is_at_least("manager"),
        "within": ANSWERED_WITHIN,
        "now": now,
        "soon": now + SOON,
        "shown": shown,
        "most": MOST,
    }
    rows = db.session.execute(_REQUESTS, asked).all()
    found = [Request._make(row[:-2]) for row in rows]
    soon = sorted((it for it in found if it.until <= now + SOON), key=lambda it: it.until)
    oldest = [it for it, row in zip(found, rows, strict=True) if row.place <= shown]
    return Requests(oldest, rows[0].number if rows else 0, soon)
