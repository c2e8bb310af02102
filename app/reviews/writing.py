"""A customer says what a booking or an order was like: once, within sixty days, and may change it once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.appointments.models import Booking
from app.audit.models import record
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.businesses.pictures import drop_picture, keep_picture
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.pictures import Picture
from app.orders.models import Order
from app.reviews.judging import why_held
from app.reviews.models import Review, ReviewPicture
from app.reviews.ratings import add_to_ratings
from app.schedule.models import Allocation
from app.schedule.wall_clock import local_date

WITHIN = timedelta(days=60)
EDITED_WITHIN = timedelta(days=14)
MOST_PICTURES = 4
_LONGEST_NAME = 40


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
    """What somebody says: 1 to 5 stars, for who did it too if they like, words, pictures, and under which name.

    `name` is one of `names_to_show`, `language` that of the page it was written on. Of `pictures` those that are kept
    already are named by their keys; MOST_PICTURES at most count.
    """

    stars: int
    person_stars: int | None = None
    words: str | None = None
    pictures: Sequence[str | Picture] = ()
    name: str | None = None
    language: str | None = None


def is_reviewable(subject: Booking | Order, now: datetime) -> bool:
    """Whether it is completed or fulfilled, and that not too long ago."""
    ended = _ended_at(subject)
    return ended is not None and now <= ended + WITHIN


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
    name = _chosen_name(subject.contact_name, said.name)
    held = why_held(said.words) or why_held(name)
    person = person_of(subject)
    columns = {
        "business_id": business.id,
        "customer_id": subject.customer_id,
        "service_id": _service_of(subject),
        "person_id": person,
        "name": name,
        "visited_on": day_of(subject, business, now),
        "stars": said.stars,
        "person_stars": said.person_stars if person else None,
        "words": said.words,
        "language": said.language or subject.language,
        "status": "held" if held else "shown",
        "held_for": held,
        "created_at": now,
        **_about(subject),
    }
    row = insert(Review).values(columns).on_conflict_do_nothing().returning(Review)
    made = db.session.scalar(row)
    if made is None:
        raise AlreadyReviewed
    _keep_pictures(made, said.pictures, by, now)
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
    before = {it: getattr(written, it) for it in ("stars", "person_stars", "words", "status")}
    written.stars, written.words, written.edited_at = said.stars, said.words, now
    written.person_stars = said.person_stars if written.person_id else None
    written.language = said.language or written.language
    held = why_held(said.words) or why_held(written.name)
    written.status, written.held_for = ("held", held) if held else ("shown", None)
    _keep_pictures(written, said.pictures, by, now)
    changes = {it: [was, getattr(written, it)] for it, was in before.items() if was != getattr(written, it)}
    _note("review.edited", written, by, now, changes)
    if written.status == "shown":
        add_to_ratings(written, 1)


def can_edit(written: Review, now: datetime) -> bool:
    """Whether its customer may still change it."""
    is_young = now <= written.created_at + EDITED_WITHIN
    return is_young and written.edited_at is None and written.status != "hidden"


def shown_name(name: str | None) -> str:
    """What others read of who wrote it: the first name, and a letter of the last."""
    words = (name or "").split()
    if not words:
        return "?"
    return f"{words[0][:_LONGEST_NAME]} {words[-1][0]}." if len(words) > 1 else words[0][:_LONGEST_NAME]


def names_to_show(name: str | None) -> list[str]:
    """The names somebody can choose from, the usual one first: Olivia P., Olivia, O. P."""
    words = (name or "").split()
    letters = " ".join(f"{it[0]}." for it in (words[:1] + words[1:][-1:]))
    return list(
        dict.fromkeys(
            it for it in (shown_name(name), *(it[:_LONGEST_NAME] for it in words[:1]), letters) if it
        )
    )


def day_of(subject: Booking | Order, business: Business, now: datetime) -> date:
    """The day of the visit or the order by the shop's clock."""
    return local_date(_ended_at(subject) or now, business.zone)


def _ended_at(subject: Booking | Order) -> datetime | None:
    """When it was had; None while it was not."""
    if isinstance(subject, Order):
        return subject.ended_at if subject.status == "fulfilled" else None
    return subject.appointment.ends_at if subject.status == "completed" else None


def _about(subject: Booking | Order) -> dict[str, int]:
    return {"order_id" if isinstance(subject, Order) else "booking_id": subject.id}


def _service_of(subject: Booking | Order) -> int | None:
    return None if isinstance(subject, Order) else subject.appointment.service_id


def person_of(subject: Booking | Order) -> int | None:
    """Who did it (a resource); of an order nobody in particular."""
    if isinstance(subject, Order):
        return None
    who = select(Allocation.resource_id).filter_by(
        business_id=subject.business_id, appointment_id=subject.appointment_id, need=1
    )
    return db.session.scalar(who.limit(1)) if subject.performer_name else None


def performer_of(subject: Booking | Order) -> str | None:
    """The name of who did it, as it was told then; None where stars for them would be nobody's."""
    if isinstance(subject, Order) or person_of(subject) is None:
        return None
    return subject.performer_name


def _chosen_name(name: str | None, chosen: str | None) -> str:
    """The name that was chosen, if it is one of theirs."""
    return chosen if chosen and chosen in names_to_show(name) else shown_name(name)


def _keep_pictures(written: Review, pictures: Sequence[str | Picture], by: Actor, now: datetime) -> None:
    """Let these be its pictures. A key it had not before is nobody's to take."""
    own = select(ReviewPicture.picture).filter_by(business_id=written.business_id, review_id=written.id)
    before = list(db.session.scalars(own))
    db.session.execute(delete(ReviewPicture).filter_by(business_id=written.business_id, review_id=written.id))
    wanted = [it for it in pictures if not isinstance(it, str) or it in before][:MOST_PICTURES]
    for gone in (it for it in before if it not in wanted):
        drop_picture(written.business_id, gone, by=by, now=now)
    for at, it in enumerate(wanted):
        key = it if isinstance(it, str) else keep_picture(written.business_id, "review", it, by=by, now=now)
        row = {"business_id": written.business_id, "review_id": written.id, "position": at, "picture": key}
        db.session.add(ReviewPicture(**row))
    db.session.flush()


def _note(action: str, written: Review, by: Actor, now: datetime, changes: Mapping[str, object]) -> None:
    record(
        action, "review", written.id, by=by, at=now, business_id=written.business_id, changes=dict(changes)
    )
