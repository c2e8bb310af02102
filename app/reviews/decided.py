"""What was decided about reviews, for those whom it concerns: the business, and whoever wrote them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.dialects.postgresql import distinct_on

from app.audit.models import AuditEvent
from app.core.db import db
from app.moderation.models import Report
from app.reviews.answering import REVIEW
from app.reviews.models import Review

_SHOWN = {"review.shown": True, "report.dismissed": True, "review.hidden": False, "report.upheld": False}


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a review may be read, when that was decided (UTC), and why.

    `by_us`: the business had asked for it by a report.
    """

    shown: bool
    at: datetime
    reason: str | None
    by_us: bool


def decisions_about(business_id: int, review_ids: Sequence[int]) -> Mapping[int, Decision]:
    """The last decision about each of these reviews that has one. One statement, none for no reviews."""
    if not review_ids:
        return {}
    asked_for = exists().where(
        Report.business_id == business_id,
        Report.subject_kind == REVIEW,
        Report.subject_id == AuditEvent.subject_id,
        Report.reported_by == "member",
        Report.decided_at == AuditEvent.at,
    )
    rows = (
        select(AuditEvent.subject_id, AuditEvent.action, AuditEvent.at, AuditEvent.reason, asked_for)
        .where(_is_decision(business_id), AuditEvent.subject_id.in_(review_ids))
        .order_by(AuditEvent.subject_id, AuditEvent.id.desc())
        .ext(distinct_on(AuditEvent.subject_id))
    )
    found = db.session.execute(rows).all()
    return {review: Decision(_SHOWN[action], at, why, by_us) for review, action, at, why, by_us in found}


def decision_about(review: Review) -> Decision | None:
    """The last decision about one review; None for what nobody had to look at."""
    return decisions_about(review.business_id, [review.id]).get(review.id)


def was_decided(business_id: int) -> ColumnElement[bool]:
    """Whether a review of this business was looked at by the platform, as a condition."""
    return Review.id.in_(select(AuditEvent.subject_id).where(_is_decision(business_id)))


def _is_decision(business_id: int) -> ColumnElement[bool]:
    return and_(
        AuditEvent.business_id == business_id,
        AuditEvent.subject_kind == REVIEW,
        AuditEvent.action.in_(_SHOWN),
        AuditEvent.actor_kind == "admin",
    )
