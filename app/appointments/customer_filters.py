"""Which customers somebody looks for by what they booked, and in which order: parts of other statements."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from app.appointments.customer_history import CAME
from app.appointments.models import Appointment, Booking
from app.core.paging import Page
from app.customers.models import Customer
from app.customers.searching import PAGE, blocked, search, tagged

AWAY = timedelta(days=182)


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
    rank = ranks[wish.sort](business_id, now, own) if wish.sort else None
    return search(business_id, wish.typed, page, among, rank, size)


def who_missed(business_id: int, own: Select[Any] | None = None) -> Select[Any]:
    """The ids of those who once did not come."""
    missed = select(Booking.customer_id).where(
        Booking.business_id == business_id, Booking.status == "no_show", Booking.customer_id.is_not(None)
    )
    return _among(missed, own)


def who_stays_away(business_id: int, now: datetime, own: Select[Any] | None = None) -> Select[Any]:
    """The ids of those who came before, were not here for half a year, and have nothing booked ahead."""
    return (
        _visits(business_id, own)
        .with_only_columns(Booking.customer_id)
        .group_by(Booking.customer_id)
        .having(func.max(Appointment.starts_at) < now - AWAY)
    )


def by_last_visit(
    business_id: int, now: datetime, own: Select[Any] | None = None
) -> Select[int | None, datetime]:
    """Each id with when they were here last, as `rank`."""
    last = func.max(Appointment.starts_at).label("rank")
    came = _visits(business_id, own).where(Appointment.starts_at <= now)
    return came.group_by(Booking.customer_id).with_only_columns(Booking.customer_id, last)


def by_spent(business_id: int, now: datetime, own: Select[Any] | None = None) -> Select[int | None, int]:
    """Each id with what their visits came to (minor units), as `rank`."""
    spent = func.sum(Booking.total_cents).label("rank")
    came = _visits(business_id, own).where(Appointment.starts_at <= now)
    return came.group_by(Booking.customer_id).with_only_columns(Booking.customer_id, spent)


def _visits(business_id: int, own: Select[Any] | None) -> Select[Any]:
    """What was booked and not given back."""
    visits = (
        select(Booking.id)
        .select_from(Booking)
        .join(
            Appointment,
            (Appointment.business_id == Booking.business_id) & (Appointment.id == Booking.appointment_id),
        )
        .where(Booking.business_id == business_id, Booking.customer_id.is_not(None), Booking.status.in_(CAME))
    )
    return _among(visits, own)


def _among(bookings: Select[Any], own: Select[Any] | None) -> Select[Any]:
    return bookings if own is None else bookings.where(Booking.appointment_id.in_(own))
