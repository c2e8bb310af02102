"""Reviews in lists: as everybody reads them, and as the business does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Select, and_, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, array

from app.appointments.models import Booking
from app.audit.forgetting import NOBODY
from app.core.db import db
from app.core.paging import Page, nearest_page
from app.moderation.models import Report
from app.reviews.decided import Decision, decisions_about, was_decided
from app.reviews.models import Review, ReviewPicture
from app.reviews.ratings import PERSON, SERVICE, Stars
from app.schedule.models import Resource
from app.services.models import Service

PAGE = 10
Sort = Literal["newest", "highest", "lowest", "pictures"]
SORTS: Sequence[Sort] = ("newest", "highest", "lowest", "pictures")
# What is older and was not answered was not meant to be.
ANSWERED_WITHIN = timedelta(days=30)
STATES = ("unanswered", "reported", "decided", "held", "hidden")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reviews somebody asks for; None and False are no limit. `state` is one of the business's own questions.

    States: "unanswered" (of what is shown), "held", "reported" (waits for a decision), "decided" (it was looked at),
    "hidden".
    """

    stars: int | None = None
    service_id: int | None = None
    person_id: int | None = None
    with_words: bool = False
    with_pictures: bool = False
    sort: Sort = "newest"
    state: str | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return replace(self, sort="newest") == Asked()


@dataclass(frozen=True, slots=True)
class Told:
    """A review with the names it is shown with, and the keys of its pictures. `appointment_id`: where members find it.

    `decision` is what was decided about it last, for members.
    """

    review: Review
    service: str | None
    person: str | None
    pictures: Sequence[str]
    is_reported: bool = False
    appointment_id: int | None = None
    decision: Decision | None = None

    @property
    def name(self) -> str | None:
        """Who wrote it, as it is shown; None for somebody who was forgotten."""
        return None if self.review.name == NOBODY else self.review.name


def shown_reviews(business_id: int, asked: Asked, page: int = 1, known: int | None = None) -> Page[Told]:
    """A page of what everybody can read: two statements, one where it is `known` how many there are."""
    wanted = [Review.status == "shown", *_limits(asked)]
    total = _count(business_id, wanted) if known is None else known
    number = nearest_page(page, total, PAGE)
    rows = _told(business_id).where(*wanted).order_by(*_order(asked.sort))
    found = db.session.execute(rows.limit(PAGE).offset((number - 1) * PAGE)).all() if total else []
    return Page([_as_told(it) for it in found], total, number, PAGE)


def newest_reviews(business_id: int, most: int) -> list[Told]:
    """For the page of a business: of the newest those with words first. One statement."""
    has_words = Review.words.is_not(None).desc()
    newest = (
        select(Review.id)
        .where(Review.business_id == business_id, Review.status == "shown")
        .order_by(Review.created_at.desc(), Review.id.desc())
        .limit(most * 5)
    )
    rows = _told(business_id).where(Review.id.in_(newest))
    found = db.session.execute(
        rows.order_by(has_words, Review.created_at.desc(), Review.id.desc()).limit(most)
    )
    return [_as_told(it) for it in found]


def told_of(written: Review) -> Told:
    """One review as others would read it."""
    rows = _told(written.business_id).where(Review.id == written.id)
    return _as_told(db.session.execute(rows).one())


def how_many(total: Stars, asked: Asked) -> int | None:
    """How many shown reviews there are of those asked for, where their stars alone say it."""
    if replace(asked, stars=None).is_everything:
        return total.spread[asked.stars - 1] if asked.stars else total.count
    return None


def how_many_own(counts: Mapping[str, int], asked: Asked) -> int | None:
    """How many of those asked for there are, where the states (of `count_states`) alone say it."""
    return counts[asked.state or "all"] if replace(asked, state=None).is_everything else None


def own_reviews(
    business_id: int, asked: Asked, page: int = 1, person_id: int | None = None, known: int | None = None
) -> Page[Told]:
    """A page of what the business sees, whatever its status; with `person_id` only what is about them.

    `known`: how many there are, where somebody has counted them already.
    """
    wanted = _limits(asked)
    if asked.state:
        wanted.append(_state(asked.state, business_id))
    if person_id is not None:
        wanted.append(Review.person_id == person_id)
    total = _count(business_id, wanted) if known is None else known
    number = nearest_page(page, total, PAGE)
    rows = _told(business_id, _is_reported(), Booking.appointment_id)
    of_booking = and_(Booking.business_id == Review.business_id, Booking.id == Review.booking_id)
    rows = rows.outerjoin(Booking, of_booking).where(*wanted).order_by(*_order(asked.sort))
    found = db.session.execute(rows.limit(PAGE).offset((number - 1) * PAGE)).all() if total else []
    decisions = decisions_about(business_id, [it.Review.id for it in found])
    told = [replace(_as_told(it), decision=decisions.get(it.Review.id)) for it in found]
    return Page(told, total, number, PAGE)


def count_states(business_id: int, person_id: int | None = None, shown: int | None = None) -> dict[str, int]:
    """How many there are in each state, "all" among them: one statement.

    `shown`: how many everybody can read, where somebody keeps count of them.
    """
    mine = [Review.business_id == business_id]
    if person_id is not None:
        mine.append(Review.person_id == person_id)
    # Each in an index of its own: to read all reviews takes longer.
    rules = {state: [_state(state, business_id)] for state in STATES}
    if shown is None:
        rules["all"] = []
    counted = (
        select(func.count()).select_from(Review).where(*mine, *rule).scalar_subquery().label(state)
        for state, rule in rules.items()
    )
    counts: dict[str, int] = dict(db.session.execute(select(*counted)).one()._mapping)
    return counts if shown is None else counts | {"all": shown + counts["held"] + counts["hidden"]}


def count_unanswered(
    business_id: BindParameter[int], since: BindParameter[datetime], most: int
) -> ScalarSelect[int]:
    """How many of those since then everybody can read without an answer, as a part of a statement.

    Whoever has `most` of them is not counted any further.
    """
    found = select(Review.id).where(
        Review.business_id == business_id, Review.created_at > since, _is_unanswered()
    )
    return select(func.count()).select_from(found.limit(most).subquery()).scalar_subquery()


def names_of(business_id: int, stars: Mapping[tuple[str, int], Stars]) -> dict[str, dict[int, str]]:
    """The names of the services and the people of today that have stars, by kind and id: a statement for each kind."""
    places: Mapping[str, tuple[Any, ...]] = {
        SERVICE: (Service, Service.position, Service.id),
        PERSON: (Resource, Resource.name),
    }
    found: dict[str, dict[int, str]] = {}
    for kind, (table, *order) in places.items():
        ids = [subject for of, subject in stars if of == kind]
        rows = select(table.id, table.name).where(table.business_id == business_id, table.active)
        named = db.session.execute(rows.where(table.id.in_(ids)).order_by(*order)) if ids else ()
        found[kind] = {row.id: row.name for row in named}
    return found


def _limits(asked: Asked) -> list[ColumnElement[bool]]:
    limits: list[ColumnElement[bool]] = []
    if asked.stars:
        limits.append(Review.stars == asked.stars)
    if asked.service_id:
        limits.append(Review.service_id == asked.service_id)
    if asked.person_id:
        limits.append(Review.person_id == asked.person_id)
    if asked.with_words:
        limits.append(Review.words.is_not(None))
    if asked.with_pictures:
        limits.append(_has_pictures())
    return limits


def _state(state: str, business_id: int) -> ColumnElement[bool]:
    if state == "decided":
        return was_decided(business_id)
    if state == "unanswered":
        return _is_unanswered()
    if state == "reported":
        return _is_reported()
    return Review.status == state


def _is_unanswered() -> ColumnElement[bool]:
    return and_(Review.status == "shown", Review.reply.is_(None))


def _is_reported() -> ColumnElement[bool]:
    about = and_(
        Report.business_id == Review.business_id,
        Report.subject_kind == "review",
        Report.subject_id == Review.id,
        Report.status == "open",
    )
    return exists().where(about)


def _has_pictures() -> ColumnElement[bool]:
    return exists().where(
        ReviewPicture.business_id == Review.business_id, ReviewPicture.review_id == Review.id
    )


def _order(sort: Sort) -> list[Any]:
    newest = [Review.created_at.desc(), Review.id.desc()]
    first: dict[str, list[Any]] = {
        "highest": [Review.stars.desc()],
        "lowest": [Review.stars.asc()],
        "pictures": [_has_pictures().desc()],
    }
    return [*first.get(sort, []), *newest]


def _count(business_id: int, wanted: Sequence[ColumnElement[bool]]) -> int:
    counted = select(func.count()).select_from(Review).where(Review.business_id == business_id, *wanted)
    return db.session.scalar(counted) or 0


def _told(business_id: int, *more: Any) -> Select[Any]:
    """Reviews with the names of today: who left and what is put away is not named any more."""
    keys = (
        select(func.array_agg(aggregate_order_by(ReviewPicture.picture, ReviewPicture.position)))
        .where(ReviewPicture.business_id == Review.business_id, ReviewPicture.review_id == Review.id)
        .correlate(Review)
        .scalar_subquery()
    )
    of_service = and_(Service.business_id == Review.business_id, Service.id == Review.service_id)
    of_person = and_(
        Resource.business_id == Review.business_id, Resource.id == Review.person_id, Resource.active
    )
    rows = select(
        Review,
        Service.name,
        Resource.name,
        func.coalesce(keys, array([], type_=ReviewPicture.picture.type)),
        *more,
    )
    return (
        rows.outerjoin(Service, of_service)
        .outerjoin(Resource, of_person)
        .where(Review.business_id == business_id)
        .execution_options(populate_existing=True)
    )


def _as_told(row: Any) -> Told:
    review, service, person, pictures, *more = row
    return Told(review, service, person, pictures, *more)
