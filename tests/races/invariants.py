"""What holds in the database after every race, whoever won: each rule as a question for the rows that break it."""

import sqlalchemy as sa

from app.core.db import db
from tests.serving import Served

# What settle() would write down for an appointment now.
_SETTLED = """
    SELECT a.*, coalesce(sum(b.places), 0) AS places,
           CASE WHEN NOT a.scheduled AND bool_and(h.id IS NOT NULL) THEN max(h.expires_at) END AS until
      FROM appointments a
      LEFT JOIN bookings b ON b.business_id = a.business_id AND b.appointment_id = a.id AND b.live
      LEFT JOIN holds h ON h.business_id = b.business_id AND h.id = b.hold_id
     GROUP BY a.business_id, a.id
"""
BROKEN = {
    "a resource is taken twice": """
        SELECT l.business_id, l.id FROM allocations l
          JOIN allocations m ON m.resource_id = l.resource_id AND m.id > l.id
                            AND m.starts_at < l.ends_at AND m.ends_at > l.starts_at
         WHERE l.live AND m.live AND NOT l.overlap_ok AND NOT m.overlap_ok""",
    "places are miscounted": f"SELECT business_id, id FROM ({_SETTLED}) a WHERE places_taken <> places",
    "there are more people than places": f"""
        SELECT business_id, id FROM ({_SETTLED}) a WHERE places > capacity AND NOT overbooked""",
    "an appointment is overbooked without need": f"""
        SELECT business_id, id FROM ({_SETTLED}) a WHERE overbooked AND places <= capacity""",
    "an appointment is kept for the wrong time": f"""
        SELECT business_id, id FROM ({_SETTLED}) a WHERE held_until IS DISTINCT FROM until""",
    "an appointment keeps its time for nobody": f"""
        SELECT business_id, id FROM ({_SETTLED}) a WHERE live AND NOT scheduled AND places = 0""",
    "a stretch does not live and die with its appointment": """
        SELECT l.business_id, l.id FROM allocations l
          LEFT JOIN appointments a ON a.business_id = l.business_id AND a.id = l.appointment_id
         WHERE a.live IS DISTINCT FROM l.live""",
    "a stretch lies beside its appointment": """
        SELECT l.business_id, l.id FROM allocations l
          JOIN appointments a ON a.business_id = l.business_id AND a.id = l.appointment_id
          JOIN services s ON s.business_id = a.business_id AND s.id = a.service_id
          LEFT JOIN bookings b ON b.business_id = a.business_id AND b.appointment_id = a.id AND b.live
         WHERE l.live
         GROUP BY l.business_id, l.id, a.business_id, a.id, s.business_id, s.id
        HAVING l.starts_at < a.starts_at - coalesce(max(b.before_min), s.before_min) * interval '1 minute'
            OR l.ends_at > a.ends_at + coalesce(max(b.after_min), s.after_min) * interval '1 minute'""",
    "a need is filled by two": """
        SELECT business_id, appointment_id FROM allocations WHERE live
         GROUP BY business_id, appointment_id, need HAVING count(DISTINCT resource_id) > 1""",
    "somebody is booked without a time": """
        SELECT b.business_id, b.id FROM bookings b
         WHERE b.live AND NOT EXISTS (
               SELECT 1 FROM appointments a
                 JOIN allocations l ON l.business_id = a.business_id AND l.appointment_id = a.id
                WHERE a.business_id = b.business_id AND a.id = b.appointment_id AND a.live AND l.live)""",
    "somebody was told another time": """
        SELECT b.business_id, b.id FROM bookings b
          JOIN appointments a ON a.business_id = b.business_id AND a.id = b.appointment_id
         WHERE b.live AND (b.local_start <> a.starts_at AT TIME ZONE b.zone
                           OR b.minutes * interval '1 minute' <> a.ends_at - a.starts_at)""",
    "a booking is held without a hold": """
        SELECT b.business_id, b.id FROM bookings b
          LEFT JOIN holds h ON h.business_id = b.business_id AND h.id = b.hold_id
         WHERE (b.status IN ('held', 'pending_payment')) <> (h.id IS NOT NULL)""",
    "an offer keeps nothing for anybody": """
        SELECT o.business_id, o.id FROM waitlist_offers o
         WHERE o.status = 'open' AND NOT EXISTS (
               SELECT 1 FROM bookings b
                WHERE b.business_id = o.business_id AND b.visit = o.visit AND b.status = 'held')""",
    "somebody who waits is offered what is not offered": """
        SELECT e.business_id, e.id FROM waitlist_entries e
         WHERE (e.status = 'offered') <> EXISTS (
               SELECT 1 FROM waitlist_offers o
                WHERE o.business_id = e.business_id AND o.entry_id = e.id AND o.status = 'open')""",
    "somebody took an offer and is not booked": """
        SELECT o.business_id, o.id FROM waitlist_offers o
          JOIN waitlist_entries e ON e.business_id = o.business_id AND e.id = o.entry_id
         WHERE o.status = 'taken' AND e.booking_id IS NULL AND NOT EXISTS (
               SELECT 1 FROM bookings b
                WHERE b.business_id = o.business_id AND b.visit = o.visit AND b.customer_id IS NOT NULL)""",
    "a hold holds nothing": """
        SELECT h.business_id, h.id FROM holds h
         WHERE NOT EXISTS (SELECT 1 FROM bookings b WHERE b.business_id = h.business_id AND b.hold_id = h.id)""",
}
# The same for what was paid. A refund that failed has not gone back, and shows up in the list of those.
_MONEY = """
    SELECT i.*, coalesce(p.came, 0) AS came, coalesce(p.went, 0) AS went, coalesce(p.failed, 0) AS failed,
           CASE WHEN i.void_at IS NULL THEN i.total_cents + coalesce(n.cents, 0) ELSE 0 END AS owed
      FROM invoices i
      LEFT JOIN (SELECT p.business_id, p.invoice_id, sum(p.received_cents) AS came,
                        sum(r.went) AS went, sum(r.failed) AS failed
                   FROM payments p
                   LEFT JOIN (SELECT business_id, payment_id,
                                     sum(amount_cents) FILTER (WHERE status <> 'failed') AS went,
                                     sum(amount_cents) FILTER (WHERE status = 'failed') AS failed
                                FROM refunds GROUP BY business_id, payment_id) r
                     ON r.business_id = p.business_id AND r.payment_id = p.id
                  GROUP BY p.business_id, p.invoice_id) p
        ON p.business_id = i.business_id AND p.invoice_id = i.id
      LEFT JOIN (SELECT business_id, corrects_id, sum(total_cents) AS cents
                   FROM invoices GROUP BY business_id, corrects_id) n
        ON n.business_id = i.business_id AND n.corrects_id = i.id
     WHERE i.kind = 'invoice'
"""
BROKEN |= {
    "an invoice does not say what was paid and went back": f"""
        SELECT business_id, id FROM ({_MONEY}) i WHERE (paid_cents, refunded_cents) <> (came, went)""",
    "more goes back than came in": f"SELECT business_id, id FROM ({_MONEY}) i WHERE went > came",
    "money is kept for nothing": f"SELECT business_id, id FROM ({_MONEY}) i WHERE came - went - failed > owed",
    "an invoice is not the sum of its lines": """
        SELECT i.business_id, i.id FROM invoices i
          LEFT JOIN invoice_lines l ON l.business_id = i.business_id AND l.invoice_id = i.id
         GROUP BY i.business_id, i.id
        HAVING i.total_cents - CASE WHEN i.tax_included THEN 0 ELSE i.tax_cents END
               <> coalesce(sum(l.amount_cents), 0)""",
    "somebody has paid and waits still": f"""
        SELECT b.business_id, b.id FROM bookings b
          JOIN ({_MONEY}) i ON i.business_id = b.business_id AND i.subject_uid = b.visit
         WHERE b.status = 'pending_payment' AND i.came - i.went >= i.prepay_cents""",
    "numbers of invoices have a gap": """
        SELECT business_id, min(id) FROM (
               SELECT business_id, id, kind, extract(year FROM issued_on) AS year,
                      substring(number FROM '[0-9]+$')::int AS serial
                 FROM invoices WHERE number IS NOT NULL) issued
         GROUP BY business_id, kind, year
        HAVING min(serial) <> 1 OR max(serial) <> count(*) OR count(DISTINCT serial) <> count(*)""",
    "a code is not used as often as it says": """
        SELECT c.business_id, c.id FROM coupons c
         WHERE c.uses <> (SELECT count(*) FROM coupon_uses u
                           WHERE u.business_id = c.business_id AND u.coupon_id = c.id AND u.given_back_at IS NULL)""",
}
_ALL = " UNION ALL ".join(
    f"SELECT '{rule}' AS rule, found.* FROM ({rows}) found" for rule, rows in BROKEN.items()
)


def broken_rules(since: int = 0) -> dict[str, list[int]]:
    """The rules that are broken in businesses newer than `since`, each with the ids of the rows that break it."""
    found: dict[str, list[int]] = {}
    asked = sa.text(f"SELECT rule, id FROM ({_ALL}) broken WHERE business_id > :since ORDER BY rule, id")
    for rule, row in db.session.execute(asked, {"since": since}):
        found.setdefault(rule, []).append(row)
    return found


def broken(served: Served, since: int = 0) -> dict[str, list[int]]:
    """The same for a running server."""
    with served.app.app_context():
        return broken_rules(since)


def newest_business(served: Served) -> int:
    """All businesses with a higher id are founded later."""
    with served.app.app_context():
        return db.session.execute(sa.text("SELECT coalesce(max(id), 0) FROM businesses")).scalar_one()
