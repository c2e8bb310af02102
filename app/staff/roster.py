"""The people of a business as those who run it see them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select

from app.auth.models import User
from app.businesses.models import Membership
from app.core.db import db
from app.schedule.models import Resource, ResourceGroup, ResourceGroupMember, ServiceNeed
from app.services.models import Service
from app.staff.models import COLOURS, StaffMember


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works here, or did. `role` is what they may do once signed in; None: they cannot sign in."""

    id: int
    name: str
    title: str | None
    about: str | None
    colour: int
    photo: str | None
    daily_limit: int | None
    active: bool
    user_id: int | None
    email: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class Offered:
    """A service somebody could perform; `minutes` and `price_cents` are those of this person where they differ."""

    id: int
    name: str
    minutes: int | None
    price_cents: int | None
    performed: bool


def people(business_id: int, *, active: bool) -> list[Person]:
    """Those who work here in the business's own order, or with `active` false those who once did, by name."""
    order = (StaffMember.position, Resource.id) if active else (func.lower(Resource.name), Resource.id)
    found = _people(business_id).where(Resource.active.is_(active)).order_by(*order)
    return [Person(*row) for row in db.session.execute(found)]


def rarest_colour(team: Iterable[Person]) -> int:
    """The first colour nobody of a team has; once all are taken, the first of those that fewest have."""
    had = Counter(person.colour for person in team)
    return min(range(1, COLOURS + 1), key=lambda it: (had[it], it))


def find_person(business_id: int, resource_id: int) -> Person | None:
    """Somebody who works here, or did."""
    row = db.session.execute(_people(business_id).where(Resource.id == resource_id)).one_or_none()
    return Person(*row) if row else None


def find_staff_member(business_id: int, resource_id: int) -> StaffMember | None:
    """The row of somebody, to change it."""
    return db.session.get(StaffMember, (business_id, resource_id))


def staff_member_of(business_id: int, user_id: int) -> StaffMember | None:
    """Who somebody is on the calendar, if they are on it."""
    return db.session.scalar(select(StaffMember).filter_by(business_id=business_id, user_id=user_id))


def services_of(business_id: int, resource_id: int | None = None) -> list[Offered]:
    """Everything people perform, in the business's own order; without a person nothing is performed yet."""
    first = and_(
        ServiceNeed.business_id == Service.business_id,
        ServiceNeed.service_id == Service.id,
        ServiceNeed.position == 1,
    )
    group = and_(
        ResourceGroup.business_id == ServiceNeed.business_id, ResourceGroup.id == ServiceNeed.group_id
    )
    theirs = and_(
        ResourceGroupMember.business_id == ServiceNeed.business_id,
        ResourceGroupMember.group_id == ServiceNeed.group_id,
        ResourceGroupMember.resource_id == resource_id,
    )
    found = (
        select(
            Service.id,
            Service.name,
            func.coalesce(ResourceGroupMember.minutes, Service.minutes),
            func.coalesce(ResourceGroupMember.price_cents, Service.price_cents),
            ResourceGroupMember.resource_id.is_not(None),
        )
        .outerjoin(ServiceNeed, first)
        .outerjoin(ResourceGroup, group)
        .outerjoin(ResourceGroupMember, theirs)
        .where(
            Service.business_id == business_id,
            Service.active,
            func.coalesce(ResourceGroup.kind, "staff") == "staff",
        )
        .order_by(Service.position, Service.id)
    )
    return [Offered(*row) for row in db.session.execute(found)]


def _people(business_id: int) -> Select[*tuple[Any, ...]]:
    """The columns of Person."""
    membership = and_(
        Membership.business_id == StaffMember.business_id,
        Membership.user_id == StaffMember.user_id,
        Membership.active,
    )
    return (
        select(
            Resource.id,
            Resource.name,
            StaffMember.title,
            StaffMember.about,
            StaffMember.colour,
            StaffMember.photo,
            Resource.daily_limit,
            Resource.active,
            StaffMember.user_id,
            User.email,
            Membership.role,
        )
        .join(
            StaffMember,
            and_(
                StaffMember.business_id == Resource.business_id,
                StaffMember.resource_id == Resource.id,
            ),
        )
        .outerjoin(User, User.id == StaffMember.user_id)
        .outerjoin(Membership, membership)
        .where(Resource.business_id == business_id)
    )
