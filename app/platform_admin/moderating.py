"""Reviews that wait for a decision, the oldest first, and the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from sqlalchemy import Select, func, literal, select, tuple_, union_all

from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.core.paging import Page, nearest_page
from app.moderation.models import Report
from app.moderation.reporting import Added, AlreadyDecided, added_to, decide
from app.orders.models import Order, OrderLine
from app.platform_admin.wording import GROUNDS
from app.reviews.answering import REVIEW, show_or_hide
from app.reviews.models import Review, ReviewPicture
from app.schedule.models import Resource
from app.services.models import Service

PAGE = 20
Key = tuple[int, int]  # The business and the review.


@dataclass(frozen=True, slots=True)
class Case:
    """A review with all there is to judge it by: what was had, and never who can be reached how.

    `reports` are all there ever were, the newest first, and `added` what others said while they waited, by their ids;
    `had` are the services or items.
    """

    review: Review
    business: Business
    person: str | None
    had: Sequence[str]
    pictures: Sequence[str]
    reports: Sequence[Report]
    added: Mapping[int, Sequence[Added]]

    @property
    def open_reports(self) -> list[Report]:
        """Those that wait."""
        return [it for it in self.reports if it.status == "open"]

    @property
    def waits(self) -> bool:
        """Whether anything is to be decided."""
        return self.review.status == "held" or bool(self.open_reports)

    @property
    def since(self) -> datetime:
        """Since when (UTC) it waits; what waits for nothing, since it was written."""
        held = [self.review.edited_at or self.review.created_at] if self.review.status == "held" else []
        return min([*held, *(it.created_at for it in self.open_reports)], default=self.review.created_at)

    @property
    def state(self) -> str:
        """What was looked at: another one is another decision."""
        edited = self.review.edited_at
        newest = max((it.id for it in self.open_reports), default=0)
        said = sum(len(self.added.get(it.id, ())) for it in self.open_reports)
        return f"{self.review.status}.{newest}.{said}.{int(edited.timestamp()) if edited else 0}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it is shown, on which of GROUNDS, and what else there is to say."""

    shown: bool
    ground: str
    words: str | None = None


def waiting(number: int) -> Page[Case]:
    """A page of what waits, the oldest first: seven statements, however much it is."""
    found = _waiting().subquery()
    total = db.session.scalar(select(func.count()).select_from(found)) or 0
    number = nearest_page(number, total, PAGE)
    oldest = select(found.c.business_id, found.c.review_id).order_by(found.c.since, *found.c[:2])
    rows = db.session.execute(oldest.offset((number - 1) * PAGE).limit(PAGE))
    return Page(_cases([(business, review) for business, review in rows]), total, number, PAGE)


def how_many_wait() -> int:
    """How many decisions are open."""
    return db.session.scalar(select(func.count()).select_from(_waiting().subquery())) or 0


def next_one() -> Key | None:
    """What waits longest."""
    found = _waiting().subquery()
    oldest = select(found.c.business_id, found.c.review_id).order_by(found.c.since, *found.c[:2]).limit(1)
    row = db.session.execute(oldest).one_or_none()
    return (row.business_id, row.review_id) if row else None


def find_case(business_id: int, review_id: int) -> Case | None:
    """One review, whether it waits or not."""
    return next(iter(_cases([(business_id, review_id)])), None)


def judge(case: Case, verdict: Verdict, seen: str, *, by: Actor, now: datetime) -> None:
    """Show or hide a review, and decide all that was said against it. Ratings follow. Takes the schedule lock.

    Raises AlreadyDecided where the review is not what was `seen` any more.
    """
    lock_schedule(case.business.id)
    db.session.expire_all()
    fresh = find_case(case.business.id, case.review.id)
    if fresh is None or fresh.state != seen:
        raise AlreadyDecided
    reason = in_words(verdict, fresh.business.language)
    show_or_hide(fresh.review, shown=verdict.shown, by=by, now=now, reason=reason)
    for report in fresh.open_reports[:1]:
        decide(report, upheld=not verdict.shown, decision=reason, by=by, now=now)


def in_words(verdict: Verdict, language: str) -> str:
    """The reason as the business reads it."""
    with force_locale(language.replace("-", "_")):
        ground = str(GROUNDS[verdict.ground])
    return f"{ground} {verdict.words}" if verdict.words else ground


def _waiting() -> Select[Any]:
    """(business_id, review_id, since) of all that waits, each once."""
    held = select(
        Review.business_id,
        Review.id.label("review_id"),
        func.coalesce(Review.edited_at, Review.created_at).label("at"),
    ).where(Review.status == "held")
    reported = select(Report.business_id, Report.subject_id, Report.created_at).where(
        Report.status == "open", Report.subject_kind == literal(REVIEW)
    )
    both = union_all(held, reported).subquery()
    since = func.min(both.c.at).label("since")
    return select(both.c.business_id, both.c.review_id, since).group_by(both.c.business_id, both.c.review_id)


def _cases(keys: Sequence[Key]) -> list[Case]:
    """The reviews with these keys, in their order: five statements."""
    if not keys:
        return []
    reports: dict[Key, list[Report]] = {}
    of_them = tuple_(Report.business_id, Report.subject_id).in_(keys)
    for it in db.session.scalars(
        select(Report).where(of_them, Report.subject_kind == REVIEW).order_by(Report.id.desc())
    ):
        reports.setdefault((it.business_id, it.subject_id), []).append(it)
    added = added_to([it for those in reports.values() for it in those])
    pictures: dict[Key, list[str]] = {}
    of_them = tuple_(ReviewPicture.business_id, ReviewPicture.review_id).in_(keys)
    for picture in db.session.scalars(select(ReviewPicture).where(of_them).order_by(ReviewPicture.position)):
        pictures.setdefault((picture.business_id, picture.review_id), []).append(picture.picture)
    items = _items(keys)
    found = (
        select(Review, Business, Service.name, Resource.name)
        .join(Business, Business.id == Review.business_id)
        .outerjoin(Service, (Service.business_id == Review.business_id) & (Service.id == Review.service_id))
        .outerjoin(Resource, (Resource.business_id == Review.business_id) & (Resource.id == Review.person_id))
        .where(tuple_(Review.business_id, Review.id).in_(keys))
    )
    cases = {}
    for review, business, service, person in db.session.execute(found):
        key = (review.business_id, review.id)
        had = [service] if service else items.get(key, [])
        cases[key] = Case(review, business, person, had, pictures.get(key, []), reports.get(key, []), added)
    return [cases[key] for key in keys if key in cases]


def _items(keys: Sequence[Key]) -> dict[Key, list[str]]:
    """What was in the orders that were reviewed."""
    lines = (
        select(Review.business_id, Review.id, OrderLine.name)
        .join(Order, (Order.business_id == Review.business_id) & (Order.id == Review.order_id))
        .join(OrderLine, (OrderLine.business_id == Order.business_id) & (OrderLine.order_id == Order.id))
        .where(tuple_(Review.business_id, Review.id).in_(keys))
        .order_by(OrderLine.position)
    )
    items: dict[Key, list[str]] = {}
    for business_id, review_id, name in db.session.execute(lines):
        items.setdefault((business_id, review_id), []).append(name)
    return items
