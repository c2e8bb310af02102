"""Reviews by the links of those who may write them, and by their public numbers."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.appointments.models import Booking
from app.core import signing
from app.core.db import db
from app.orders.models import Order
from app.reviews.models import Review, ReviewPicture
from app.reviews.writing import is_reviewable

Subject = Booking | Order


def review_token(subject: Subject) -> str:
    """The part of an address where its customer says what a booking or an order was like: `reviews.write`.

    A higher link version makes it dead, with the other links of the same visit.
    """
    kind = "order" if isinstance(subject, Order) else "booking"
    return signing.sign("review", [subject.business_id, kind, subject.id, subject.link_version])


def find_subject(token: str) -> Subject | None:
    """The booking or order this link is for, as it is now; None for a wrong or revoked one."""
    signed = signing.read("review", token)
    if signed is None:
        return None
    business_id, kind, number, version = signed
    found = _order(business_id, number) if kind == "order" else _booking(business_id, number)
    is_somebodys = found is not None and found.customer_id is not None
    return found if is_somebodys and found is not None and found.link_version == version else None


def review_of(subject: Subject) -> Review | None:
    """What was said of a booking or an order."""
    column = Review.order_id if isinstance(subject, Order) else Review.booking_id
    rows = select(Review).where(Review.business_id == subject.business_id, column == subject.id)
    return db.session.scalar(rows.execution_options(populate_existing=True))


def pictures_of(written: Review) -> list[str]:
    """The keys of its pictures, in their order."""
    rows = select(ReviewPicture.picture).filter_by(business_id=written.business_id, review_id=written.id)
    return list(db.session.scalars(rows.order_by(ReviewPicture.position)))


def find_shown(business_id: int, uid: uuid.UUID) -> Review | None:
    """A review everybody can read; None for another business's, and for what is not shown."""
    return db.session.scalar(select(Review).filter_by(business_id=business_id, uid=uid, status="shown"))


def find_review(business_id: int, review_id: int) -> Review | None:
    """A review of this business."""
    return db.session.get(Review, (business_id, review_id), populate_existing=True)


def to_review(subjects: Sequence[Subject], now: datetime) -> list[tuple[Subject, bool]]:
    """Which of the bookings of a visit, or an order, can be reviewed or were, and whether they were.

    One statement, none where nothing is done yet.
    """
    done = [it for it in subjects if it.customer_id and it.status in ("completed", "fulfilled")]
    if not done:
        return []
    of_order = isinstance(done[0], Order)
    column = Review.order_id if of_order else Review.booking_id
    said = select(column).where(Review.business_id == done[0].business_id, column.in_([it.id for it in done]))
    reviewed = set(db.session.scalars(said))
    return [(it, it.id in reviewed) for it in done if it.id in reviewed or is_reviewable(it, now)]


def _booking(business_id: int, number: int) -> Booking | None:
    rows = select(Booking).options(joinedload(Booking.appointment)).filter_by(id=number)
    rows = rows.where(Booking.business_id == business_id).execution_options(populate_existing=True)
    return db.session.scalar(rows)


def _order(business_id: int, number: int) -> Order | None:
    return db.session.get(Order, (business_id, number), populate_existing=True)
