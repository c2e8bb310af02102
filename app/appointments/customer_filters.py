"""Which customers somebody looks for by what they booked, and in which order: parts of other statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from app.appointments.customer_history import CAME
from app.appointments.models import Appointment, Booking
from app.core.paging import Page
from app.customers.models import Customer
from app.customers.searching import PAGE, Ranking, blocked, search, search_all, tagged

AWAY = timedelta(days=182)
# How many appointments are looked at to find one more customer who was not in the later ones.
VISITS_FOR_EACH = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom somebody looks for; nothing given is everybody by name.

    `which` is "blocked", "missed" or "away", `sort` is "seen" or "spent".
    """

    typed: str = ""
    tag: str = ""
    which: str = ""
    sort: str = ""


def customers_like(
    business_id: int,
    wish: Wish,
    page: int,
    now: datetime,
    *,
    known: Select[Any] | None = None,
    own: Select[Any] | None = None,
    size: int = PAGE,
) -> Page[Customer]:
    """A page of the customers that are meant, all of them among the `known` ids, where not everybody is.

    What they booked counts as far as it is among these `own` appointments, where not all are.
    """
    return search(business_id, wish.typed, page, *_meant(business_id, wish, now, known, own), size)


def all_customers_like(
    business_id: int,
    wish: Wish,
    now: datetime,
    *,
    known: Select[Any] | None = None,
    own: Select[Any] | None = None,
) -> Sequence[int]:
    """The ids of all of them, in the same order."""
    return search_all(business_id, wish.typed, *_meant(business_id, wish, now, known, own))


def _meant(
    business_id: int, wish: Wish, now: datetime, known: Select[Any] | None, own: Select[Any] | None
) -> tuple[list[Select[Any]], Ranking | None]:
    """Among whom somebody looks, and the order where it is not by name."""
    among = [] if known is None else [known]
    if wish.tag:
        among.append(tagged(business_id, wish.tag))
    if wish.which == "blocked":
        among.append(blocked(business_id))
    elif wish.which == "missed":
        among.append(who_missed(business_id, own))
    elif wish.which == "away":
        among.append(who_stays_away(business_id, now, own))
    ranks = {"seen": by_last_visit, "spent": by_spent}
    return among, ranks[wish.sort](business_id, now, own) if wish.sort else None


def who_missed(business_id: int, own: Select[Any] | None = None) -> Select[Any]:
    """The ids of those who once did not come."""
    missed = select(Booking.customer_id).where(
        Booking.business_id == business_id, Booking.status == "no_show", Booking.customer_id.is_not(None)
    )
    return _among(missed, own)


def who_stays_away(business_id: int, now: datetime, own: Select[Any] | None = None) -> Select[Any]:
    """The ids of those who came before, were not here for half a year, and have nothing booked ahead."""
    since = aliased(Booking)
    seen = (
        exists()
        .where(*_came(business_id, since), since.customer_id == Booking.customer_id)
        .where(_at(since), Appointment.business_id == business_id, Appointment.starts_at >= now - AWAY)
    )
    if own is not None:
        seen = seen.where(since.appointment_id.in_(own))
    return _among(select(Booking.customer_id).where(*_came(business_id), ~seen), own)


def by_last_visit(business_id: int, now: datetime, own: Select[Any] | None = None) -> Ranking:
    """The rank is when they were here last (UTC)."""
    last = func.max(Appointment.starts_at).label("rank")
    visits: Any = (
        select(Booking.customer_id, last)
        .join(Appointment, _at(Booking))
        .where(*_came(business_id), Appointment.business_id == business_id, Appointment.starts_at <= now)
        .group_by(Booking.customer_id)
    )
    visits = _among(visits, own)

    def latest(number: int) -> Select[Any]:
        """From a moment on since which there were so many appointments that so many different people came to them."""
        back = aliased(Appointment)
        began = (back.business_id == business_id, back.starts_at <= now)
        begins = select(back.starts_at).where(*began).order_by(back.starts_at.desc())
        edge = begins.offset(number * VISITS_FOR_EACH).limit(1).scalar_subquery()
        return visits.where(Appointment.starts_at >= func.coalesce(edge, "-infinity"))

    # The last appointments of all say little of those of one person.
    return Ranking(lambda ids: _of(visits, ids), latest if own is None else None)


def by_spent(business_id: int, now: datetime, own: Select[Any] | None = None) -> Ranking:
    """The rank is what their visits came to (minor units)."""
    spent = func.sum(Booking.total_cents).label("rank")
    ahead = exists().where(_at(Booking), Appointment.business_id == business_id, Appointment.starts_at > now)
    visits: Any = (
        select(Booking.customer_id, spent)
        # What is ahead is less than what was, and without the rest of it bookings are read from their index alone.
        .where(*_came(business_id), ~ahead)
        .group_by(Booking.customer_id)
    )
    visits = _among(visits, own)
    return Ranking(lambda ids: _of(visits, ids))


def _among(bookings: Select[Any], own: Select[Any] | None) -> Select[Any]:
    """The bookings of these appointments alone, where not all count."""
    return bookings if own is None else bookings.where(Booking.appointment_id.in_(own))


def _of(visits: Select[Any], ids: Select[int] | None) -> Select[Any]:
    return visits if ids is None else visits.where(Booking.customer_id.in_(ids))


def _came(business_id: int, of: Any = Booking) -> Sequence[ColumnElement[bool]]:
    """What was booked by somebody and not given back."""
    return of.business_id == business_id, of.customer_id.is_not(None), of.status.in_(CAME)


def _at(of: Any) -> ColumnElement[bool]:
    return and_(Appointment.business_id == of.business_id, Appointment.id == of.appointment_id)
