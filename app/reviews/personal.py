"""What reviews keep of a customer: the one place that names their personal columns."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.audit.forgetting import NOBODY, forget_in_journal
from app.core.db import db
from app.customers.belonging import Person
from app.reviews.models import Review, ReviewPicture


def forget(person: Person, now: datetime) -> None:
    """Who wrote what, and their pictures. The stars stay: they are nobody's name."""
    reviews = _reviews(person)
    ids = [it.id for it in reviews]
    for it in reviews:
        it.name, it.words, it.language = NOBODY, None, None
    pictures = delete(ReviewPicture).where(
        ReviewPicture.business_id == person.business_id, ReviewPicture.review_id.in_(ids)
    )
    db.session.execute(pictures, execution_options={"synchronize_session": False})
    db.session.flush()
    forget_in_journal(person.business_id, {"review": ids}, person.words, ("words",))


def tell(person: Person) -> dict[str, Any]:
    """What they said."""
    return {
        "reviews": [
            {
                "written_at": it.created_at.isoformat(),
                "visited_on": it.visited_on.isoformat(),
                "stars": it.stars,
                "person_stars": it.person_stars,
                "words": it.words,
                "name_shown": it.name,
                "reply": it.reply,
            }
            for it in _reviews(person)
        ]
    }


def _reviews(person: Person) -> Sequence[Review]:
    rows = select(Review).where(Review.business_id == person.business_id, Review.customer_id.in_(person.ids))
    return db.session.scalars(rows.order_by(Review.id)).all()
