"""What the ids in a history stand for: one statement, however many there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import text

from app.audit.ids import KIND_OF_FIELD
from app.audit.models import AuditEvent
from app.core.db import db

Names = Mapping[tuple[str, int], str]

_SUBJECTS = (
    *("appointment", "booking", "coupon", "customer", "invitation", "invoice", "membership"),
    *("payment", "refund", "resource", "service", "service_category", "service_question", "waitlist_entry"),
    *("service_item", "item_choice", "item_option", "order"),
)
_NAMES = text("""
    SELECT 'appointment', a.id, s.name
      FROM appointments a JOIN services s ON s.business_id = a.business_id AND s.id = a.service_id
     WHERE a.business_id = :business AND a.id = ANY (:appointment)
    UNION ALL
    SELECT 'booking', id, concat_ws(', ', contact_name, service_name)
      FROM bookings WHERE business_id = :business AND id = ANY (:booking)
    UNION ALL
    SELECT 'coupon', id, code FROM coupons WHERE business_id = :business AND id = ANY (:coupon)
    UNION ALL
    SELECT 'customer', id, name FROM customers WHERE business_id = :business AND id = ANY (:customer)
    UNION ALL
    SELECT 'invitation', id, email FROM invitations WHERE business_id = :business AND id = ANY (:invitation)
    UNION ALL
    SELECT 'invoice', id, concat_ws(', ', number, name)
      FROM invoices WHERE business_id = :business AND id = ANY (:invoice)
    UNION ALL
    SELECT 'membership', m.id, u.name
      FROM memberships m JOIN users u ON u.id = m.user_id
     WHERE m.business_id = :business AND m.id = ANY (:membership)
    UNION ALL
    SELECT 'order', id, concat_ws(', ', number, contact_name)
      FROM orders WHERE business_id = :business AND id = ANY (:order)
    UNION ALL
    SELECT 'payment', p.id, i.name
      FROM payments p JOIN invoices i ON i.business_id = p.business_id AND i.id = p.invoice_id
     WHERE p.business_id = :business AND p.id = ANY (:payment)
    UNION ALL
    SELECT 'refund', r.id, i.name
      FROM refunds r
      JOIN payments p ON p.business_id = r.business_id AND p.id = r.payment_id
      JOIN invoices i ON i.business_id = p.business_id AND i.id = p.invoice_id
     WHERE r.business_id = :business AND r.id = ANY (:refund)
    UNION ALL
    SELECT 'resource', id, name FROM resources WHERE business_id = :business AND id = ANY (:resource)
    UNION ALL
    SELECT 'service', id, name FROM services WHERE business_id = :business AND id = ANY (:service)
    UNION ALL
    SELECT 'service_category', id, name
      FROM service_categories WHERE business_id = :business AND id = ANY (:service_category)
    UNION ALL
    SELECT 'service_question', id, label
      FROM service_questions WHERE business_id = :business AND id = ANY (:service_question)
    UNION ALL
    SELECT 'service_item', id, name
      FROM service_items WHERE business_id = :business AND id = ANY (:service_item)
    UNION ALL
    SELECT 'item_choice', c.id, concat_ws(', ', i.name, c.name)
      FROM item_choices c JOIN service_items i ON i.business_id = c.business_id AND i.id = c.item_id
     WHERE c.business_id = :business AND c.id = ANY (:item_choice)
    UNION ALL
    SELECT 'item_option', o.id, concat_ws(', ', i.name, c.name, o.name)
      FROM item_options o
      JOIN item_choices c ON c.business_id = o.business_id AND c.id = o.choice_id
      JOIN service_items i ON i.business_id = c.business_id AND i.id = c.item_id
     WHERE o.business_id = :business AND o.id = ANY (:item_option)
    UNION ALL
    SELECT 'waitlist_entry', id, contact_name
      FROM waitlist_entries WHERE business_id = :business AND id = ANY (:waitlist_entry)
""")


def names_in(business_id: int, events: Iterable[AuditEvent]) -> Names:
    """By kind and id what the subjects of these events, and the ids in their changes, are called today."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in events:
        wanted[event.subject_kind].add(event.subject_id)
        for field, kind in KIND_OF_FIELD.items():
            wanted[kind].update(_ids(event.changes.get(field)))
        for field, pair in event.changes.items():
            if field.startswith("need_"):
                wanted["resource"].update(it[0] for need in pair if need for it in need["servers"])
    asked = {kind: sorted(wanted[kind]) for kind in _SUBJECTS}
    rows = db.session.execute(_NAMES, asked | {"business": business_id})
    return {(kind, number): name for kind, number, name in rows if name}


def _ids(value: Any) -> Iterable[int]:
    """The numbers in what was and became, however deep."""
    if isinstance(value, list):
        for it in value:
            yield from _ids(it)
    elif isinstance(value, dict):
        yield from _ids(list(value.values()))
    elif isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
        yield value
