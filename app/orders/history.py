"""What became of an order."""

from collections.abc import Sequence

from sqlalchemy import select

from app.audit.models import AuditEvent
from app.core.db import db
from app.orders.models import Order

MOST = 100


def events_of(order: Order) -> Sequence[AuditEvent]:
    """Everything that happened to it, the latest first. One statement."""
    rows = select(AuditEvent).where(
        AuditEvent.business_id == order.business_id,
        AuditEvent.subject_kind == "order",
        AuditEvent.subject_id == order.id,
    )
    return db.session.scalars(rows.order_by(AuditEvent.at.desc(), AuditEvent.id.desc()).limit(MOST)).all()
