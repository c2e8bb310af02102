"""Opening shop: an account, a business and all it needs to take its first booking, in one transaction."""

from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError

from app.appointments.reminder_rules import FIRST_RULE, add_rule
from app.auth.accounts import EmailTaken, create_user, load_user, set_password
from app.auth.checking import ask_check
from app.auth.models import User
from app.auth.passwords import is_right
from app.business_hours.weekly import set_week
from app.businesses.addresses import free_slugs
from app.businesses.addressing import SlugTaken
from app.businesses.countries import sample_price, usual_week
from app.businesses.joining import join
from app.businesses.models import Business
from app.businesses.opening import found_business
from app.businesses.trades import TRADES, SampleService, find_trade
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, TemporarilyUnavailable
from app.core.idempotency import Once
from app.core.tries import tries
from app.schedule.serving import Server, add_need
from app.services.models import Service
from app.services.offering import add_service
from app.staff.hiring import hire

TRIES_FOR_A_SLUG = 10
NO_BUSINESS = 0  # The business of a key before there is one.


class KnownAlready(DomainError):
    """The same words for everybody whose address has an account, whatever else they sent."""

    message = _(
        "If you already have an account, sign in first; then open another business from your account."
    )


@dataclass(frozen=True, slots=True)
class Person:
    """Who opens shop, if they have no account yet."""

    name: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Plans:
    """What somebody says about the business they open. `trade` is a key; codes as in Business."""

    name: str
    trade: str
    country: str
    zone: str
    currency: str
    language: str


@dataclass(frozen=True, slots=True)
class Opened:
    """Who has opened shop, and where."""

    user: User
    slug: str


def slow_down(per_hour: int, address: str) -> None:
    """Count one attempt from this network address. Raises TooManyTries."""
    tries.count(f"{per_hour}/hour", "sign-up-address", address)


def sign_up(person: Person, plans: Plans, form: str, *, by: Actor, now: datetime) -> Opened:
    """A new account and its first business. `form` is the id of the form, which takes effect once.

    Raises KnownAlready, WeakPassword, NotAnEmail or NameMissing.
    """
    body = asdict(plans) | {"person": person.name, "email": person.email}
    once = Once(NO_BUSINESS, "sign-up", form, body)
    earlier = once.earlier_answer(now)
    if earlier:
        return _opened_before(earlier, person)
    try:
        user = create_user(person.email, person.name, by=by, now=now)
    except EmailTaken as error:
        raise KnownAlready from error
    set_password(user, person.password, by=by, now=now)
    ask_check(user, now=now)
    slug = _open(user, plans, now)
    once.answered({"user": user.id, "slug": slug})
    return Opened(user, slug)


def open_another(user: User, plans: Plans, form: str, *, now: datetime) -> Opened:
    """One more business of somebody who has an account. `form` is the id of the form, which takes effect once."""
    once = Once(NO_BUSINESS, "sign-up", form, asdict(plans) | {"user": user.id})
    earlier = once.earlier_answer(now)
    if earlier:
        return Opened(user, earlier["slug"])
    slug = _open(user, plans, now)
    once.answered({"user": user.id, "slug": slug})
    return Opened(user, slug)


def _opened_before(answer: dict[str, Any], person: Person) -> Opened:
    """Where the same form led before, for whoever knows the password it made."""
    user = load_user(answer["user"])
    if not user.active or not is_right(person.password, user.password_hash):
        raise KnownAlready
    return Opened(user, answer["slug"])


def _open(user: User, plans: Plans, now: datetime) -> str:
    """A draft with its owner as the first person, hours and three services to change; its slug."""
    by = Actor("member", user.name, user.id)
    business = _found(user, plans, by, now)
    join(business, user, "owner", by=by, now=now)
    owner = hire(business.id, user.name, user_id=user.id, by=by, now=now)
    trade = find_trade(plans.trade) or TRADES[-1]
    add_rule(business, FIRST_RULE, by=by, now=now)
    set_week(business.id, usual_week(plans.country, trade), by=by, now=now)
    with force_locale(plans.language.replace("-", "_")):
        for sample in trade.samples:
            service = _offer(business, sample, plans.currency, by, now)
            add_need(business.id, service.id, [Server(owner.resource_id)], by=by, now=now)
    return business.slug


def _offer(business: Business, sample: SampleService, currency: str, by: Actor, now: datetime) -> Service:
    """A service to change, in the language of the page."""
    return add_service(
        business.id,
        str(sample.name),
        description=str(sample.description),
        minutes=sample.minutes,
        price_cents=sample_price(sample.euros, currency),
        by=by,
        now=now,
    )


def _found(user: User, plans: Plans, by: Actor, now: datetime) -> Business:
    """The business at the first address that is free; whoever takes it meanwhile leaves us the next.

    Customers write to its owner until it has an address of its own.
    """
    columns = asdict(plans) | {"email": user.email}
    for slug in islice(free_slugs(plans.name, instead=plans.trade), TRIES_FOR_A_SLUG):
        try:
            with db.session.begin_nested():
                return found_business(slug, by=by, now=now, **columns)
        except (IntegrityError, SlugTaken):
            continue
    raise TemporarilyUnavailable
