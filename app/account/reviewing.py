"""Where somebody says how their visits and orders were, or reads what they have said."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, tuple_

from app.account.orders import Ordered
from app.account.visits import Visit
from app.core.db import db
from app.reviews.finding import Subject, review_token
from app.reviews.models import Review
from app.reviews.writing import is_reviewable

Link = tuple[str, bool]  # The token of the page, and whether it was reviewed.


def links_to_reviews(visits: Iterable[Visit], orders: Iterable[Ordered], now: datetime) -> Mapping[str, Link]:
    """For each visit and order of these that can be reviewed or was, by its own token. One statement.

    Of a visit that is what nobody has said anything of yet, as long as there is any.
    """
    parts: dict[str, Sequence[Subject]] = {it.token: it.receipt.bookings for it in visits}
    parts |= {it.token: [it.order] for it in orders}
    done = {
        token: [it for it in subjects if it.status in ("completed", "fulfilled")]
        for token, subjects in parts.items()
    }
    reviewed = _reviewed([it for subjects in done.values() for it in subjects])
    links = {}
    for token, subjects in done.items():
        open_ones = [it for it in subjects if _key(it) not in reviewed and is_reviewable(it, now)]
        said = [it for it in subjects if _key(it) in reviewed]
        if open_ones or said:
            links[token] = (review_token((open_ones or said)[0]), not open_ones)
    return links


def _reviewed(subjects: Sequence[Subject]) -> set[tuple[str, int, int]]:
    """Which of them were reviewed; no statement where nothing is done yet."""
    if not subjects:
        return set()
    keys: dict[str, list[tuple[int, int]]] = {"bookings": [], "orders": []}
    for it in subjects:
        keys[it.__tablename__].append((it.business_id, it.id))
    rows = select(Review.business_id, Review.booking_id, Review.order_id).where(
        tuple_(Review.business_id, Review.booking_id).in_(keys["bookings"])
        | tuple_(Review.business_id, Review.order_id).in_(keys["orders"])
    )
    return {
        (kind, business, number)
        for business, booking, order in db.session.execute(rows)
        for kind, number in (("bookings", booking), ("orders", order))
        if number is not None
    }


def _key(subject: Subject) -> tuple[str, int, int]:
    return subject.__tablename__, subject.business_id, subject.id
