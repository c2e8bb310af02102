"""What every demo business begins with: people who can sign in, services, and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.appointments.reminder_rules import FIRST_RULE, add_rule
from app.auth.accounts import create_user, find_user, set_password
from app.auth.models import User
from app.business_hours.weekly import set_week
from app.businesses.joining import join
from app.businesses.models import Business
from app.businesses.opening import found_business
from app.core.actor import SYSTEM, Actor
from app.core.intervals import Interval
from app.schedule.models import Resource
from app.schedule.serving import Server, add_need
from app.services.categorizing import add_category
from app.services.models import Service
from app.services.offering import add_service
from app.spaces.rooms import furnish
from app.staff.hiring import hire
from app.staff.models import StaffMember

PASSWORD = "salon-by-the-park"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample service: minutes and cents. `approval`: somebody answers each request. `deposit_bp` is paid first."""

    name: str
    description: str
    minutes: int
    cents: int | None
    category: str | None = None
    after: int = 0
    places: int = 1
    approval: bool = False
    deposit_bp: int | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """Who or what a service takes; `busy` is when, in minutes from the start, where that is not throughout."""

    servers: Sequence[Server]
    kind: str = "staff"
    busy: Sequence[Interval] = ()


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person at work: `colour` is one of twelve; `user` lets them sign in."""

    name: str
    title: str
    about: str
    colour: int
    user: User | None = None


def found(
    slug: str,
    name: str,
    hours: Mapping[int, Sequence[Interval]],
    members: Sequence[tuple[str, str, str]],
    now: datetime,
    **more: Any,
) -> tuple[Business, list[User]]:
    """An open business with its week (minutes from midnight by weekday) and its members; `more` are further columns."""
    business = found_business(slug, name, by=SYSTEM, now=now, status="open", listed=True, **more)
    set_week(business.id, hours, by=SYSTEM, now=now)
    return business, sign_up(business, members, now)


def furnish_with(business: Business, names: Sequence[str], now: datetime) -> list[Resource]:
    """Its rooms, chairs or tables."""
    return [furnish(business.id, name, by=SYSTEM, now=now) for name in names]


def sign_up(business: Business, members: Sequence[tuple[str, str, str]], now: datetime) -> list[User]:
    """The members of a business by e-mail, name and role, all with the password everybody knows; and its reminder.

    Whoever chose another password keeps it; nobody has to confirm an address that is none.
    """
    add_rule(business, FIRST_RULE, by=SYSTEM, now=now)
    users = []
    for email, name, role in members:
        user = find_user(email) or create_user(email, name, by=SYSTEM, now=now)
        if user.password_hash is None:  # Else its change would be told by mail.
            set_password(user, PASSWORD, by=SYSTEM, now=now)
        user.email_checked_at = now
        join(business, user, role, by=SYSTEM, now=now)
        users.append(user)
    return users


def acting(user: User) -> Actor:
    """A member as the one who acts."""
    return Actor("member", user.name, user.id, source="staff")


def employ(business: Business, people: Sequence[Somebody], now: datetime) -> list[StaffMember]:
    """The people of a business, in its own order."""
    return [
        hire(
            business.id,
            it.name,
            title=it.title,
            about=it.about,
            colour=it.colour,
            user_id=it.user.id if it.user else None,
            by=SYSTEM,
            now=now,
        )
        for it in people
    ]


def offer(business: Business, menu: Mapping[Sample, Sequence[Need]], now: datetime) -> list[Service]:
    """The services of a business under their headings, each with what it takes, in this order."""
    names = dict.fromkeys(sample.category for sample in menu if sample.category)
    headings = {name: add_category(business.id, name, by=SYSTEM, now=now).id for name in names}
    services = []
    for position, (sample, needs) in enumerate(menu.items()):
        service = add_service(
            business.id,
            sample.name,
            description=sample.description,
            minutes=sample.minutes,
            price_cents=sample.cents,
            after_min=sample.after,
            capacity=sample.places,
            approval=sample.approval,
            prepay="deposit" if sample.deposit_bp else None,
            deposit_bp=sample.deposit_bp,
            category_id=headings.get(sample.category or ""),
            position=position,
            by=SYSTEM,
            now=now,
        )
        for need in needs:
            add_need(business.id, service.id, need.servers, need.kind, need.busy, by=SYSTEM, now=now)
        services.append(service)
    return services
