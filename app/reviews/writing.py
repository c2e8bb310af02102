"""A customer says what a booking or an order was like: once, within sixty days, and may change it once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.appointments.models import Booking
from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.orders.models import Order
from app.reviews.judging import why_held
from app.reviews.models import Review, ReviewPicture
from app.reviews.ratings import add_to_ratings
from app.schedule.models import Allocation
from app.schedule.wall_clock import local_date

WITHIN = timedelta(days=60)
EDITED_WITHIN = timedelta(days=14)
MOST_PICTURES = 4


class NotYet(DomainError):
    """What has not been done cannot be reviewed, and neither what was called off."""

    status = 409
    message = _("You can review this once you have been there.")


class TooLate(DomainError):
    """It is too long ago."""

    status = 409
    message = _("This is too long ago to be reviewed. Reviews are taken for sixty days.")


class AlreadyReviewed(Conflict):
    """One booking, one review."""

    message = _("You have reviewed this already. Thank you!")


class NoMoreEdits(Conflict):
    """It was changed already, or is too old for it."""

    message = _("This review cannot be changed any more.")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says: 1 to 5 stars, for who did it too if they like, words, and pictures that are kept already."""

    stars: int
    person_stars: int | None = None
    words: str | None = None
    pictures: Sequence[str] = ()


def check_reviewable(subject: Booking | Order, now: datetime) -> None:
    """Raise NotYet or TooLate unless a booking is completed, or an order fulfilled, and that not too long ago."""
    ended = _ended_at(subject)
    if ended is None:
        raise NotYet
    if now > ended + WITHIN:
        raise TooLate


def review(business: Business, subject: Booking | Order, said: Said, *, by: Actor, now: datetime) -> Review:
    """Keep what the customer of a booking or an order says. Takes the schedule lock.

    It is shown at once unless its words are held. Raises NotYet, TooLate or AlreadyReviewed.
    """
    lock_schedule(business.id)
    db.session.refresh(subject)
    check_reviewable(subject, now)
    held = why_held(said.words)
    person = _person_of(subject)
    columns = {
        "business_id": business.id,
        "customer_id": subject.customer_id,
        "service_id": _service_of(subject),
        "person_id": person,
        "name": shown_name(subject.contact_name),
        "visited_on": local_date(_ended_at(subject) or now, business.zone),
        "stars": said.stars,
        "person_stars": said.person_stars if person else None,
        "words": said.words,
        "language": subject.language,
        "status": "held" if held else "shown",
        "held_for": held,
        "created_at": now,
        **_about(subject),
    }
    row = insert(Review).values(columns).on_conflict_do_nothing().returning(Review)
    made = db.session.scalar(row)
    if made is None:
        raise AlreadyReviewed
    _keep_pictures(made, said.pictures)
    _note("review.written", made, by, now, {"stars": [None, said.stars], "status": [None, made.status]})
    if made.status == "shown":
        add_to_ratings(made, 1)
    return made


def edit(written: Review, said: Said, *, by: Actor, now: datetime) -> None:
    """Say something else, once, within fourteen days. Takes the schedule lock. Raises NoMoreEdits.

    What was hidden stays hidden; what is changed is judged anew.
    """
    lock_schedule(written.business_id)
    db.session.refresh(written, with_for_update=True)
    if not can_edit(written, now):
        raise NoMoreEdits
    if written.status == "shown":
        add_to_ratings(written, -1)
    before = {"stars": written.stars, "person_stars": written.person_stars, "words": written.words}
    written.stars, written.words, written.edited_at = said.stars, said.words, now
    written.person_stars = said.person_stars if written.person_id else None
    held = why_held(said.words)
    if written.held_for != "reported":
        written.status, written.held_for = ("held", held) if held else ("shown", None)
    db.session.execute(delete(ReviewPicture).filter_by(business_id=written.business_id, review_id=written.id))
    _keep_pictures(written, said.pictures)
    changes = {it: [was, getattr(written, it)] for it, was in before.items() if was != getattr(written, it)}
    _note("review.edited", written, by, now, changes)
    if written.status == "shown":
        add_to_ratings(written, 1)


def can_edit(written: Review, now: datetime) -> bool:
    """Whether its customer may still change it."""
    is_young = now <= written.created_at + EDITED_WITHIN
    return is_young and written.edited_at is None and written.status != "hidden"


def review_of(subject: Booking | Order) -> Review | None:
    """What was said of a booking or an order."""
    return db.session.scalar(select(Review).filter_by(business_id=subject.business_id, **_about(subject)))


def shown_name(name: str | None) -> str:
    """What others read of who wrote it: the first name, and a letter of the last."""
    words = (name or "").split()
    if not words:
        return "?"
    return f"{words[0]} {words[-1][0]}." if len(words) > 1 else words[0]


def _ended_at(subject: Booking | Order) -> datetime | None:
    """When it was had; None while it was not."""
    if isinstance(subject, Order):
        return subject.ended_at if subject.status == "fulfilled" else None
    return subject.appointment.ends_at if subject.status == "completed" else None


def _about(subject: Booking | Order) -> dict[str, int]:
    return {"order_id" if isinstance(subject, Order) else "booking_id": subject.id}


def _service_of(subject: Booking | Order) -> int | None:
    return None if isinstance(subject, Order) else subject.appointment.service_id


def _person_of(subject: Booking | Order) -> int | None:
    """Who did it; of an order nobody in particular."""
    if isinstance(subject, Order):
        return None
    who = select(Allocation.resource_id).filter_by(
        business_id=subject.business_id, appointment_id=subject.appointment_id, need=1
    )
    return db.session.scalar(who.limit(1)) if subject.performer_name else None


def _keep_pictures(written: Review, keys: Sequence[str]) -> None:
    db.session.add_all(
        ReviewPicture(business_id=written.business_id, review_id=written.id, position=at, picture=key)
        for at, key in enumerate(keys[:MOST_PICTURES])
    )
    db.session.flush()


def _note(action: str, written: Review, by: Actor, now: datetime, changes: Mapping[str, object]) -> None:
    record(
        action, "review", written.id, by=by, at=now, business_id=written.business_id, changes=dict(changes)
    )
