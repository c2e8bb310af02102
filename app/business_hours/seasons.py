"""Weekly hours that hold between two dates, in place of those of the whole year."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select

from app.business_hours.models import WeeklyHours
from app.business_hours.weekly import Dates, Week, has_usual_week, set_rota, weeks_of
from app.businesses.locking import rules_changed
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, DomainError


class SeasonsOverlap(Conflict):
    """Two seasons would both say what holds on one date."""

    message = _(
        "There are other hours for some of these dates already. Please change those, or choose other dates."
    )


class NoUsualHours(DomainError):
    """Who keeps the hours of the business would be off whenever the season is over."""

    message = _(
        "Outside of a season they would have no hours at all. Please give them hours of their own first,"
        " on the page of their hours."
    )


@dataclass(frozen=True, slots=True)
class Season:
    """From the first to the last date, both included, these weeks follow each other; None: without a beginning or end.

    The first of several weeks is the first week of all rotas (app.schedule.rota), as it is all year.
    """

    first: date | None
    last: date | None
    rota: Sequence[Week]

    @property
    def dates(self) -> Dates:
        """From when until when it holds."""
        return self.first, self.last

    @property
    def key(self) -> date | None:
        """What it is found by: its first date, or where it has none its last. No two of somebody's share one."""
        return self.first or self.last

    def holds_on(self, day: date) -> bool:
        """Whether it covers a date."""
        return (self.first or date.min) <= day <= (self.last or date.max)

    def meets(self, other: "Season") -> bool:
        """Whether they have a date in common."""
        return (self.first or date.min) <= (other.last or date.max) and (other.first or date.min) <= (
            self.last or date.max
        )


def seasons_of(business_id: int, resource_id: int | None = None) -> list[Season]:
    """All seasons of the business, a person or a room, by time. One statement."""
    rows = select(WeeklyHours).filter_by(business_id=business_id, resource_id=resource_id)
    of_a_season = or_(WeeklyHours.valid_from.is_not(None), WeeklyHours.valid_until.is_not(None))
    found: dict[Dates, list[WeeklyHours]] = defaultdict(list)
    for row in db.session.scalars(rows.where(of_a_season).order_by(WeeklyHours.opens_min)):
        found[row.valid_from, row.valid_until].append(row)
    seasons = [Season(*dates, weeks_of(those)) for dates, those in found.items()]
    return sorted(seasons, key=lambda it: (it.first or date.min, it.last or date.max))


def find_season(business_id: int, key: date, resource_id: int | None = None) -> Season | None:
    """The season with this key."""
    return next((it for it in seasons_of(business_id, resource_id) if it.key == key), None)


def current(seasons: Iterable[Season], day: date) -> Season | None:
    """Which of them covers a date."""
    return next((it for it in seasons if it.holds_on(day)), None)


def change_season(
    business_id: int,
    was: Season | None,
    season: Season,
    resource_id: int | None = None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """A new season, or with `was` another one in its place. Raises SeasonsOverlap and NoUsualHours."""
    rules_changed(business_id)
    if resource_id is not None and not has_usual_week(business_id, resource_id):
        raise NoUsualHours
    others = [it for it in seasons_of(business_id, resource_id) if was is None or it.dates != was.dates]
    if any(season.meets(it) for it in others):
        raise SeasonsOverlap
    gone = [was.dates] if was else []
    set_rota(
        business_id,
        season.rota,
        resource_id,
        valid_from=season.first,
        valid_until=season.last,
        gone=gone,
        by=by,
        now=now,
    )


def end_season(
    business_id: int, season: Season, resource_id: int | None = None, *, by: Actor, now: datetime
) -> None:
    """Let the usual hours hold on its dates again."""
    set_rota(business_id, [], resource_id, valid_from=season.first, valid_until=season.last, by=by, now=now)
