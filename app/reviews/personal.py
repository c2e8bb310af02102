"""What reviews keep of a customer: the one place that names their personal columns."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from app.audit.forgetting import NOBODY, forget_in_journal
from app.audit.models import AuditEvent
from app.businesses.pictures import drop_picture
from app.core.actor import SYSTEM
from app.core.db import db
from app.core.mail import home_address
from app.customers.belonging import Person
from app.moderation.models import Report
from app.reviews.models import Review, ReviewPicture


def forget(person: Person, now: datetime) -> None:
    """Who wrote what, and their pictures; what was answered and reported, because it may speak of them.

    The stars stay: they are nobody's name.
    """
    reviews = _reviews(person)
    ids = [it.id for it in reviews]
    for it in reviews:
        it.name, it.words, it.language = NOBODY, None, None
        it.reply, it.replied_at, it.replied_by = None, None, None
    pictures = _pictures(person, ids)
    own = delete(ReviewPicture).where(
        ReviewPicture.business_id == person.business_id, ReviewPicture.review_id.in_(ids)
    )
    db.session.execute(own, execution_options={"synchronize_session": False})
    for taken in pictures:
        drop_picture(person.business_id, taken.picture, by=SYSTEM, now=now)
    reports = update(Report).where(
        Report.business_id == person.business_id,
        Report.subject_kind == "review",
        Report.subject_id.in_(ids),
    )
    db.session.execute(reports.values(note=None))
    # The journal has what was said, too.
    notes = update(AuditEvent).where(
        AuditEvent.business_id == person.business_id,
        AuditEvent.subject_kind == "review",
        AuditEvent.subject_id.in_(ids),
        AuditEvent.action == "report.made",
    )
    db.session.execute(notes.values(reason=None))
    db.session.flush()
    forget_in_journal(person.business_id, {"review": ids}, person.words, ("words", "reply"))


def tell(person: Person) -> dict[str, Any]:
    """What they said and showed."""
    reviews = _reviews(person)
    shown: dict[int, list[str]] = defaultdict(list)
    for it in _pictures(person, [it.id for it in reviews]):
        shown[it.review_id].append(f"{home_address().rstrip('/')}/media/{it.picture}.webp")
    return {
        "reviews": [
            {
                "written_at": it.created_at.isoformat(),
                "visited_on": it.visited_on.isoformat(),
                "stars": it.stars,
                "person_stars": it.person_stars,
                "words": it.words,
                "name_shown": it.name,
                "pictures": shown[it.id],
                "reply": it.reply,
            }
            for it in reviews
        ]
    }


def _reviews(person: Person) -> Sequence[Review]:
    rows = select(Review).where(Review.business_id == person.business_id, Review.customer_id.in_(person.ids))
    return db.session.scalars(rows.order_by(Review.id)).all()


def _pictures(person: Person, review_ids: Sequence[int]) -> Sequence[ReviewPicture]:
    rows = select(ReviewPicture).where(
        ReviewPicture.business_id == person.business_id, ReviewPicture.review_id.in_(review_ids)
    )
    return db.session.scalars(rows.order_by(ReviewPicture.review_id, ReviewPicture.position)).all()
