"""What reviews add up to: kept with every change of a review, counted anew each night."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select, text

from app.core.db import db
from app.reviews.models import Rating, Review

BUSINESS, SERVICE, PERSON = "business", "service", "person"
STARS = (1, 2, 3, 4, 5)
_COLUMNS = ("ones", "twos", "threes", "fours", "fives")
# In the order of (kind, id), so that two reviews never wait for each other.
_ADD = {
    stars: text(f"""
    INSERT INTO ratings (business_id, subject_kind, subject_id, {column})
    VALUES (:business, :kind, :id, greatest(:by, 0))
    ON CONFLICT (business_id, subject_kind, subject_id) DO UPDATE SET {column} = ratings.{column} + :by
""")  # noqa: S608
    for stars, column in zip(STARS, _COLUMNS, strict=True)
}
_FORGET = text("DELETE FROM ratings WHERE business_id = :business")
_COUNT = text("""
    INSERT INTO ratings (business_id, subject_kind, subject_id, ones, twos, threes, fours, fives)
    SELECT :business, s.kind, s.id,
           count(*) FILTER (WHERE s.stars = 1), count(*) FILTER (WHERE s.stars = 2),
           count(*) FILTER (WHERE s.stars = 3), count(*) FILTER (WHERE s.stars = 4),
           count(*) FILTER (WHERE s.stars = 5)
      FROM reviews r
      CROSS JOIN LATERAL (VALUES ('business', 0::bigint, r.stars), ('service', r.service_id, r.stars),
                                 ('person', r.person_id, r.person_stars)) AS s (kind, id, stars)
     WHERE r.business_id = :business AND r.status = 'shown' AND s.id IS NOT NULL AND s.stars IS NOT NULL
     GROUP BY s.kind, s.id
""")


@dataclass(frozen=True, slots=True)
class Stars:
    """How many gave how many stars; `spread` begins with one star."""

    spread: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)

    @property
    def count(self) -> int:
        return sum(self.spread)

    @property
    def average(self) -> Decimal | None:
        """With one decimal place, half away from zero; None before the first review."""
        if not self.count:
            return None
        total = sum(stars * many for stars, many in zip(STARS, self.spread, strict=True))
        return (Decimal(total) / self.count).quantize(Decimal("0.1"), ROUND_HALF_UP)


def add_to_ratings(review: Review, by: int) -> None:
    """Count a review in (`by` 1) or out (-1), wherever it counts. With the review as it is or was shown."""
    for kind, subject, stars in _counted(review):
        db.session.execute(
            _ADD[stars], {"business": review.business_id, "kind": kind, "id": subject, "by": by}
        )


def stars_of(business_id: int, kind: str = BUSINESS, ids: Iterable[int] = (0,)) -> Mapping[int, Stars]:
    """The stars of these subjects of one kind; nothing for those nobody reviewed. One statement."""
    rows = select(Rating).where(
        Rating.business_id == business_id, Rating.subject_kind == kind, Rating.subject_id.in_(list(ids))
    )
    return {it.subject_id: as_stars(it) for it in db.session.scalars(rows)}


def all_stars(business_id: int) -> Mapping[tuple[str, int], Stars]:
    """All stars of a business by (kind, id). One statement."""
    rows = select(Rating).filter_by(business_id=business_id).execution_options(populate_existing=True)
    return {(it.subject_kind, it.subject_id): as_stars(it) for it in db.session.scalars(rows)}


def as_stars(row: Rating) -> Stars:
    """A kept count as what is shown of it."""
    return Stars((row.ones, row.twos, row.threes, row.fours, row.fives))


def recount(business_id: int) -> dict[tuple[str, int], tuple[Stars, Stars]]:
    """Count all shown reviews of a business anew; what was kept wrongly, by (kind, id): what it was and what it is.

    Under the schedule lock.
    """
    before = all_stars(business_id)
    db.session.execute(_FORGET, {"business": business_id})
    db.session.execute(_COUNT, {"business": business_id})
    after = all_stars(business_id)
    none = Stars()
    both = {it: (before.get(it, none), after.get(it, none)) for it in sorted({*before, *after})}
    return {it: (was, became) for it, (was, became) in both.items() if was != became}


def businesses_with_reviews() -> Sequence[int]:
    """Those that have something to count, or have counted something."""
    reviewed, counted = select(Review.business_id), select(Rating.business_id)
    return sorted(db.session.scalars(reviewed.union(counted)))


def _counted(review: Review) -> list[tuple[str, int, int]]:
    counted = [(BUSINESS, 0, review.stars)]
    if review.person_id is not None and review.person_stars is not None:
        counted.append((PERSON, review.person_id, review.person_stars))
    if review.service_id is not None:
        counted.append((SERVICE, review.service_id, review.stars))
    return counted
