"""What the clock asks for about reviews."""

import structlog

from app.appointments.jobs import in_turn
from app.core.db import db
from app.reviews.ratings import businesses_with_reviews, recount

log = structlog.get_logger("daybook")


def recount_ratings() -> int:
    """Count all reviews anew, each business by itself; how many numbers were wrong. Each of those is logged."""
    businesses = businesses_with_reviews()
    db.session.commit()
    return in_turn("recount ratings", businesses, _recount)


def _recount(business_id: int) -> int:
    mended = recount(business_id)
    for (kind, subject), (was, became) in mended.items():
        log.warning(
            "a rating was mended",
            business=business_id,
            kind=kind,
            subject=subject,
            was=was.spread,
            became=became.spread,
        )
    return len(mended)
